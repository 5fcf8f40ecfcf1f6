#pragma once

#include "queue/uploadrequest.h"
#include "transfer/uploadstate.h"
#include "ui/models/queuetotals.h"
#include "ui/models/uploadtext.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QSet>

#include <functional>

namespace longshore {

/// The uploads in the queue's order, a row each. Told by the engine's signals; an update touches
/// the rows that changed and no others. GUI thread.
class QueueModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        Name, ///< with the state in words below it
        Progress,
        Size,
        Rate,
        TimeLeft,
        Expires,
        Purpose,
        MimeType,
        FileId,
        ColumnCount,
    };
    enum Role {
        KeyRole = Qt::UserRole,
        SnapshotRole, ///< UploadSnapshot
        CombinedRole, ///< whether it is made of several files
        NotesRole, ///< RowNotes
        ToneRole, ///< RowTone of the cell's words
    };

    /// `now` is Unix ms, for countdowns.
    explicit QueueModel(std::function<qint64()> now, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData *mimeData(const QModelIndexList &indexes) const override;
    bool canDropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                         const QModelIndex &parent) const override;
    /// Asks by moveRequested(); the engine's answer moves the rows.
    bool dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                      const QModelIndex &parent) override;

    void clear();
    void addQueued(const QueuedUpload &upload);
    void update(const QList<UploadSnapshot> &uploads);
    /// Keeps what the row should tell: warnings that the user can do something about, and a
    /// beginning anew.
    void note(const QString &key, const UploadEvent &event);
    void setOrder(const QStringList &keys);
    /// Rows that the user removed but may still want back; they keep their places.
    void setHidden(const QSet<QString> &keys);

    const QueueTotals &totals() const { return m_totals; }
    QString keyAt(int row) const { return m_rows.value(row); }
    int rowOf(const QString &key) const { return m_rowOf.value(key, -1); }
    const QStringList &keys() const { return m_rows; }
    /// The engine's order, in which hidden ones count.
    const QStringList &order() const { return m_order; }
    /// A default one for an unknown key. Holds until something is added, changed or removed.
    const UploadSnapshot &snapshot(const QString &key) const;

Q_SIGNALS:
    /// Of update(): which of the shown uploads have another state than before.
    void statesChanged(const QStringList &keys);
    /// Of update(): something changed that decides what can be done with these uploads.
    void possibilitiesChanged(const QStringList &keys);
    void totalsChanged();
    /// Uploads that are in the queue no more.
    void forgotten(const QStringList &keys);
    /// The user wants these rows, in this order, before the row with `before` (empty: at the end).
    void moveRequested(const QStringList &keys, const QString &before);

private:
    struct Entry
    {
        QueuedUpload upload;
        UploadSnapshot snapshot;
        RowNotes notes;
        QString warningCode; ///< of notes.warning
    };

    bool onlyAppends(const QStringList &keys) const;
    void showRows();
    void removeLastRows(qsizetype count);
    void appendRows(const QStringList &keys);
    void reorderRows(const QStringList &rows);
    void indexRows();
    QString text(const UploadSnapshot &upload, int column) const;
    QString toolTip(const Entry &entry, int column) const;
    QString spokenText(const Entry &entry, int column) const;

    std::function<qint64()> m_now;
    QHash<QString, Entry> m_entries;
    QStringList m_order; ///< the engine's
    QSet<QString> m_hidden;
    QStringList m_rows; ///< m_order without m_hidden
    QHash<QString, int> m_rowOf;
    QueueTotals m_totals;
};

} // namespace longshore

Q_DECLARE_METATYPE(longshore::UploadSnapshot)
Q_DECLARE_METATYPE(longshore::RowNotes)
