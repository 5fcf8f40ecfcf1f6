#pragma once

#include "transfer/checksum.h"
#include "transfer/transfercontext.h"
#include "transfer/uploadspec.h"

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QSet>

#include <memory>

namespace longshore {

/// The md5 that an upload's complete will bear, or the decision to send none. Begins anew when the
/// order changes. A file in its own order is not read before its parts are, so that it is read from
/// the disk once; in another order it is read ahead, since the first part may be sent last.
class ContentChecksum final : public QObject
{
    Q_OBJECT

public:
    /// The references outlive this.
    ContentChecksum(const TransferContext &context, const UploadSpec &spec,
                    std::shared_ptr<PageCacheUse> pageCache, QObject *parent = nullptr);
    ~ContentChecksum() override;

    /// Hashes in this order from now on, unless no md5 is wanted: the parts that were sent().
    void start(const QList<int> &order);
    /// These parts are being sent, or were. Remembered until forget().
    void sent(const QList<int> &indices);
    /// Hashes all that is left.
    void hurry();
    /// Known from an earlier run.
    void restore(const QByteArray &md5) { m_md5 = md5; }
    /// No part was sent, and no md5 is known.
    void forget();
    void stop();
    /// Goes without, if it isn't ready by now.
    void skip();
    /// Nothing needs to be waited for.
    bool isSettled() const { return !m_wanted || !m_md5.isEmpty(); }
    /// 32 hex digits; empty: none.
    QByteArray md5() const { return m_md5; }
    bool isRunning() const { return m_job != nullptr; }
    /// Bytes done.
    qint64 hashed() const;

Q_SIGNALS:
    void settled();
    void fileProblem(const longshore::FileProblem &problem);

private:
    const TransferContext &m_context;
    const UploadSpec &m_spec;
    std::shared_ptr<PageCacheUse> m_pageCache;
    bool m_wanted;
    QByteArray m_md5;
    QSet<int> m_sent; ///< indices
    std::unique_ptr<Checksum> m_job;
};

} // namespace longshore
