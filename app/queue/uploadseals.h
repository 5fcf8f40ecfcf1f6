#pragma once

#include <QList>
#include <QString>
#include <QVariant>

namespace longshore {

class SqliteConnection;

// Seals (see RowSeal) of an upload's rows: one over its sources and the plan of its parts, one over
// its row in `uploads` and its error, and one over each confirmed part. What returns false has
// failed with the connection's failure().

// What is sealed of a row, in this order. Of `uploads` that is all but the row's number, its place
// and its end, which harm nobody if they are wrong.
inline constexpr QLatin1StringView kSealedUploadColumns(
    "key, match_key, identity, filename, purpose, mime_type, combine_name, expires_after, "
    "part_size, cut_at_lines, send_md5, hold, hold_end, give_up_after, added_at, state, upload_id, "
    "created_at, expires_at, clock_offset, part_order, completing, completing_md5, cancelling, "
    "paused, file_id, part_count");
inline constexpr QLatin1StringView
    kSealedSourceColumns("number, path, bytes, modified_ns, device, file_id, newline_added");
inline constexpr QLatin1StringView
    kSealedPartColumns("number, source, source_offset, source_bytes, newline_added, upload_offset");
inline constexpr QLatin1StringView kSealedErrorColumns(
    "kind, status, code, message, request_id, retry_delay_ms, should_retry, network_error, advice, "
    "part");

/// The sealed values of an upload that is about to be written, as they will be stored.
struct SealedValues
{
    QVariantList upload;
    QList<QVariantList> sources; ///< a row each
    QList<QVariantList> parts; ///< a row each
    QVariantList error; ///< empty: none
};
/// What checkSeals() will expect of it.
struct UploadSeals
{
    qint64 plan = 0;
    qint64 row = 0;
};
UploadSeals sealsOf(const SealedValues &values);

/// Of the part's id, and of what it is the id of: a part of another upload, or of one that was
/// begun again, has another seal. All but `number` as stored.
qint64 partSeal(const QVariant &key, const QVariant &uploadId, int number, const QVariant &partId);

/// After the row in `uploads` or its error has changed.
bool sealRow(SqliteConnection &connection, qint64 uploadRow);
/// After sources or the plan of parts have changed; the row, too.
bool sealPlanAndRow(SqliteConnection &connection, qint64 uploadRow);
/// All of them, of an upload from a version that had none.
bool sealAll(SqliteConnection &connection, qint64 uploadRow);

/// What seals say.
struct SealVerdict
{
    bool isWhole = false; ///< sources, plan, row and error are as they were written
    QList<int> brokenParts; ///< numbers of confirmed parts whose id can't be trusted
};
/// Whether the upload's error is read, or can't be and is taken for none.
enum class SealedError { Read, None };
bool checkSeals(SqliteConnection &connection, qint64 uploadRow, SealedError error,
                SealVerdict *verdict);

} // namespace longshore
