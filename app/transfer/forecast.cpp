#include "transfer/forecast.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

namespace longshore {

namespace {

using namespace std::chrono_literals;

// Lines are not that steady: what was said to be late is taken back when it is early by this share.
constexpr double kClearlyInTime = 0.9;
// Before the first byte only what is clearly too much is a reason to ask.
constexpr double kClearlyTooMuch = 1.05;

QString tr(const char *text)
{
    return QCoreApplication::translate("longshore", text);
}

QString sizeText(double bytes)
{
    return QLocale().formattedDataSize(std::llround(bytes), 1, QLocale::DataSizeSIFormat);
}

/// As lines are sold: in bits.
QString lineText(double bytesPerSecond)
{
    const double kilobits = bytesPerSecond * 8 / 1000;
    return kilobits < 1000 ? tr("%1 kbit/s").arg(QLocale().toString(kilobits, 'g', 3))
                           : tr("%1 Mbit/s").arg(QLocale().toString(kilobits / 1000, 'g', 3));
}

QString timeText(double seconds)
{
    if (seconds < 90)
        return tr("%1 s").arg(std::llround(seconds));
    if (seconds < 90 * 60)
        return tr("%1 min").arg(std::llround(seconds / 60));
    return tr("%1 h").arg(QLocale().toString(seconds / 3600, 'g', 2));
}

double secondsOf(std::chrono::seconds time)
{
    return static_cast<double>(time.count());
}

} // namespace

QString forecastBefore(qint64 bytes, double rate, std::chrono::seconds life)
{
    if (rate <= 0)
        return {};
    const double needed = static_cast<double>(bytes) / rate;
    if (needed <= secondsOf(life) * kClearlyTooMuch)
        return {};
    return tr("At %1 this needs %2; an upload lives %3; up to %4 fits.")
        .arg(lineText(rate), timeText(needed), timeText(secondsOf(life)),
             sizeText(rate * secondsOf(life)));
}

QString forecastWhile(qint64 bytesLeft, double rate, std::chrono::seconds timeLeft, bool wasLate)
{
    if (rate <= 0)
        return {};
    const double needed = static_cast<double>(bytesLeft) / rate;
    if (needed <= secondsOf(timeLeft) * (wasLate ? kClearlyInTime : 1.0))
        return {};
    return tr("At %1 the rest needs %2, but the upload expires in %3.")
        .arg(lineText(rate), timeText(needed), timeText(secondsOf(timeLeft)));
}

QString whyTooSlow(qint64 confirmed, std::chrono::milliseconds elapsed, std::chrono::seconds life,
                   qint64 bytes)
{
    if (elapsed <= 0ms)
        return {};
    const double rate =
        static_cast<double>(confirmed) / std::chrono::duration<double>(elapsed).count();
    const double fits = rate * secondsOf(life);
    if (fits >= static_cast<double>(bytes))
        return {};
    return tr("An upload lives %1; at the measured %2 up to %3 of its %4 fit.")
        .arg(timeText(secondsOf(life)), lineText(rate), sizeText(fits),
             sizeText(static_cast<double>(bytes)));
}

} // namespace longshore
