#include "transfer/uploaddeadline.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// Clocks are told in whole seconds: a refusal this close to the end is the end.
constexpr auto kTolerance = 2s;

QString size(double bytes)
{
    return QLocale().formattedDataSize(std::llround(bytes), 1, QLocale::DataSizeSIFormat);
}

} // namespace

qint64 UploadDeadline::serviceNow() const
{
    return m_clock.utc().toSecsSinceEpoch() + m_upload->clockOffset;
}

bool UploadDeadline::isPast() const
{
    return m_upload && left() <= kTolerance;
}

std::chrono::seconds UploadDeadline::left() const
{
    if (!m_upload)
        return std::chrono::seconds::max();
    return std::chrono::seconds(std::max(qint64(0), m_upload->expiresAt - serviceNow()));
}

std::chrono::seconds UploadDeadline::life() const
{
    return m_upload ? std::chrono::seconds(m_upload->expiresAt - m_upload->createdAt)
                    : std::chrono::seconds::max();
}

QString whyTooSlow(qint64 confirmed, std::chrono::milliseconds elapsed, std::chrono::seconds life,
                   qint64 bytes)
{
    if (elapsed <= 0ms)
        return {};
    const double rate =
        static_cast<double>(confirmed) / std::chrono::duration<double>(elapsed).count();
    const double fits = rate * static_cast<double>(life.count());
    if (fits >= static_cast<double>(bytes))
        return {};
    return QCoreApplication::translate(
               "longshore", "An upload lives %1 s; at the measured %2/s up to %3 of its %4 fit.")
        .arg(life.count())
        .arg(size(rate), size(fits), size(static_cast<double>(bytes)));
}

} // namespace longshore
