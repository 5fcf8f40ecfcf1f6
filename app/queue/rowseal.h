#pragma once

#include <QVariantList>

namespace longshore {

/// A hash over values of a row as SQLite keeps them, by which a row shows that it is as it was
/// written: what SQLite reads from a damaged page may look like a row and be none. Not meant to
/// stop anybody who wants to forge one.
class RowSeal
{
public:
    /// Integers, text, bytes and NULL, each with its kind, so that no two lists look alike.
    void add(const QVariant &value);
    void add(const QVariantList &values);
    /// One of any number of rows, up to endRows().
    void addRow(const QVariantList &values);
    /// How many rows there were stands behind them.
    void endRows();

    /// As SQLite's integers are: signed.
    qint64 value() const { return static_cast<qint64>(m_hash); }

private:
    void addByte(quint8 byte);
    void addNumber(quint64 number);
    void addBytes(quint8 kind, QByteArrayView bytes);

    // FNV-1a, 64 bits: fast on short values, and the same on every machine.
    static constexpr quint64 kOffsetBasis = 0xcbf29ce484222325;
    static constexpr quint64 kPrime = 0x100000001b3;

    quint64 m_hash = kOffsetBasis;
    qint64 m_rows = 0; ///< since the last endRows()
};

} // namespace longshore
