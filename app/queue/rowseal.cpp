#include "queue/rowseal.h"

#include <QByteArray>
#include <QString>

#include <utility>

namespace longshore {

namespace {

enum Kind : quint8 { Null, Integer, Bytes, Text };

} // namespace

void RowSeal::add(const QVariant &value)
{
    if (value.isNull())
        addByte(Null);
    else if (value.userType() == QMetaType::QByteArray)
        addBytes(Bytes, value.toByteArray());
    else if (value.userType() == QMetaType::QString)
        addBytes(Text, value.toString().toUtf8());
    else {
        addByte(Integer);
        addNumber(static_cast<quint64>(value.toLongLong()));
    }
}

void RowSeal::add(const QVariantList &values)
{
    for (const QVariant &value : values)
        add(value);
}

void RowSeal::addRow(const QVariantList &values)
{
    ++m_rows;
    add(values);
}

void RowSeal::endRows()
{
    add(QVariant(std::exchange(m_rows, 0)));
}

void RowSeal::addByte(quint8 byte)
{
    m_hash = (m_hash ^ byte) * kPrime;
}

void RowSeal::addNumber(quint64 number)
{
    constexpr int bits = 64;
    for (int shift = 0; shift < bits; shift += 8)
        addByte(static_cast<quint8>(number >> shift));
}

void RowSeal::addBytes(quint8 kind, QByteArrayView bytes)
{
    addByte(kind);
    addNumber(static_cast<quint64>(bytes.size()));
    for (const char byte : bytes)
        addByte(static_cast<quint8>(byte));
}

} // namespace longshore
