#include "queue/storedupload.h"

#include <QCryptographicHash>
#include <QtEndian>

namespace longshore {

namespace {

// The first thing hashed, so that a later way of matching can't be taken for this one.
constexpr char kMatchVersion[] = "longshore-match-1";

/// Hashes values of which each has a fixed width or its length before it, so that no two lists of
/// values look alike.
class CanonicalHash
{
public:
    void add(quint64 number)
    {
        char bytes[sizeof number];
        qToLittleEndian(number, bytes);
        m_values.append(bytes, sizeof bytes);
    }

    void add(qint64 number) { add(static_cast<quint64>(number)); }

    void add(const QString &text)
    {
        // Code units rather than UTF-8, which can't tell one lone surrogate from another.
        add(static_cast<quint64>(text.size()));
        const qsizetype before = m_values.size();
        m_values.resize(before + text.size() * qsizetype(sizeof(char16_t)));
        if (!text.isEmpty())
            qToLittleEndian<char16_t>(text.utf16(), text.size(), m_values.data() + before);
    }

    QString hex() const
    {
        const QByteArray hash = QCryptographicHash::hash(m_values, QCryptographicHash::Sha256);
        return QString::fromLatin1(hash.toHex());
    }

private:
    QByteArray m_values;
};

/// Whether the parts are what a plan can be: each source from end to end, one after the other.
bool isPlan(const UploadSpec &spec)
{
    qint64 offset = 0;
    qsizetype next = 0;
    for (qsizetype source = 0; source < spec.sources.size(); ++source) {
        const SourceFile &file = spec.sources.at(source);
        qint64 sourceOffset = 0;
        bool newlineAdded = false;
        for (; next < spec.parts.size() && spec.parts.at(next).source == source; ++next) {
            const PlannedPart &part = spec.parts.at(next);
            if (newlineAdded || part.sourceOffset != sourceOffset || part.offset != offset
                || part.sourceBytes < 0 || part.bytes() < 1) {
                return false;
            }
            newlineAdded = part.newlineAdded;
            sourceOffset += part.sourceBytes;
            offset += part.bytes();
        }
        if (sourceOffset != file.stamp.bytes || newlineAdded != file.newlineAdded)
            return false;
    }
    return offset > 0 && next == spec.parts.size();
}

} // namespace

QString StoredUpload::matchKey() const
{
    CanonicalHash hash;
    hash.add(QString::fromLatin1(kMatchVersion));
    hash.add(identity);
    hash.add(spec.purpose);
    hash.add(spec.mimeType);
    hash.add(combineName);
    hash.add(static_cast<quint64>(spec.sources.size()));
    for (const SourceFile &source : spec.sources) {
        hash.add(source.path);
        hash.add(source.stamp.bytes);
        hash.add(source.stamp.modifiedNs);
        hash.add(source.stamp.fileId);
    }
    return hash.hex();
}

bool StoredUpload::isEndedForGood() const
{
    return state == UploadState::Completed || state == UploadState::Cancelled;
}

bool StoredUpload::isPlausible() const
{
    if (identity.isEmpty() || spec.filename.isEmpty() || spec.sources.isEmpty())
        return false;
    if (isEndedForGood())
        return spec.parts.isEmpty();
    return isPlan(spec)
        && (progress.order.isEmpty() || isPermutation(progress.order, spec.parts.size()));
}

} // namespace longshore
