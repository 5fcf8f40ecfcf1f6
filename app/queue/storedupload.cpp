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
        m_hash.addData(QByteArrayView(bytes, sizeof bytes));
    }

    void add(qint64 number) { add(static_cast<quint64>(number)); }

    void add(const QString &text)
    {
        // Code units rather than UTF-8, which can't tell one lone surrogate from another.
        add(static_cast<quint64>(text.size()));
        if (text.isEmpty())
            return;
        QByteArray units(text.size() * qsizetype(sizeof(char16_t)), Qt::Uninitialized);
        qToLittleEndian<char16_t>(text.utf16(), text.size(), units.data());
        m_hash.addData(units);
    }

    QString hex() const { return QString::fromLatin1(m_hash.result().toHex()); }

private:
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
};

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

} // namespace longshore
