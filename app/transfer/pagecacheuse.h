#pragma once

#include "transfer/partplan.h"

#include <QList>

#include <memory>
#include <mutex>
#include <vector>

namespace longshore {

/// What an upload's reading leaves in the system's memory. Each part is read twice, for its body
/// and for the checksum, so it has to stay there in between; afterwards it only displaces what the
/// user works with. The last reader of a part that wasn't in memory before gives its pages back. A
/// part that was there is left alone: somebody else reads this file. Any thread; calls with a
/// descriptor may block as reading does. Linux; elsewhere nothing is given back.
class PageCacheUse
{
public:
    enum class Reader { Body, Checksum };

    explicit PageCacheUse(const QList<PlannedPart> &parts);

    /// All parts are read for their bodies from now on, but for these.
    void expectBodies(const QList<int> &except);
    /// All parts are read for the checksum from now on, or none is.
    void expectChecksum(bool comes);

    /// Before anything of this source is read. The first look counts: later ones see what was read,
    /// and what the system reads ahead of that.
    void lookAt(int source, int descriptor);
    /// The reader came to the part's end.
    void wasRead(Reader reader, int index, int descriptor);

private:
    struct Part
    {
        bool wasInMemory = true;
        bool awaitsBody = true;
        bool awaitsChecksum = true;
    };

    Part &at(int index) { return m_parts[static_cast<std::size_t>(index)]; }

    const QList<PlannedPart> m_planned;
    std::vector<std::once_flag> m_looks; ///< by source, each of which may be on another disk
    std::mutex m_mutex; ///< held for moments, for what follows
    std::vector<Part> m_parts;
};

/// One reader's view of one part there. Empty: nothing is looked at and nothing given back.
struct PartPages
{
    std::shared_ptr<PageCacheUse> use;
    PageCacheUse::Reader reader = PageCacheUse::Reader::Body;
    int index = 0;

    void lookAt(int source, int descriptor) const
    {
        if (use)
            use->lookAt(source, descriptor);
    }
    void wasRead(int descriptor) const
    {
        if (use)
            use->wasRead(reader, index, descriptor);
    }
};

} // namespace longshore
