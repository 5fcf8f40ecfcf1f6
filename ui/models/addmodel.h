#pragma once

#include "queue/uploadrequest.h"

#include <QAbstractTableModel>
#include <QHash>

namespace longshore {

struct FileToAdd
{
    QString path;
    qint64 bytes = 0;
};

/// Files on their way into the queue, with the purpose and MIME type that are proposed for them
/// until the user changes them. QtCore only; reads no file.
class AddModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Size, Purpose, MimeType, Folder, ColumnCount };

    explicit AddModel(const QList<FileToAdd> &files, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// Of these rows; a MIME type that was only proposed is proposed anew.
    void setPurpose(const QList<int> &rows, const QString &purpose);
    void setMimeType(const QList<int> &rows, const QString &mimeType);
    /// What all these rows have; empty if they differ.
    QString commonPurpose(const QList<int> &rows) const;
    QString commonMimeType(const QList<int> &rows) const;
    /// One place up or down, as a block; returns whether it moved. The order is that of a combined
    /// upload.
    bool moveFiles(const QList<int> &rows, int step);

    qint64 bytes() const;
    QString proposedName() const; ///< of a combined upload
    /// Limits by purpose and the like, a sentence for each kind; several files of a kind are
    /// counted.
    QStringList warnings() const;

    /// One upload each.
    QList<UploadRequest> separateRequests() const;
    /// All in one, in the order shown.
    UploadRequest combinedRequest(const QString &name, const QString &purpose,
                                  const QString &mimeType) const;

private:
    struct Item
    {
        FileToAdd file;
        QString purpose;
        QString mimeType;
        bool mimeTypeChosen = false;
    };

    QString proposedMimeType(const QString &name, const QString &purpose);
    template <typename Member> QString common(const QList<int> &rows, Member member) const;

    QList<Item> m_items;
    QHash<QString, QString> m_proposed; ///< MIME types by purpose and extension
};

} // namespace longshore
