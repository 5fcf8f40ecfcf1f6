#include "controllerharness.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace longshore;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mebibyte = 1024 * 1024;
constexpr qint64 partBytes = 4 * mebibyte;

qint64 bytesInMemory(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    const auto length = static_cast<std::size_t>(file.size());
    const qint64 pageBytes = ::sysconf(_SC_PAGESIZE);
    std::vector<unsigned char> pages((file.size() + pageBytes - 1) / pageBytes);
    void *const mapped = ::mmap(nullptr, length, PROT_NONE, MAP_SHARED, file.handle(), 0);
    if (mapped == MAP_FAILED)
        return -1;
    const bool known = ::mincore(mapped, length, pages.data()) == 0;
    ::munmap(mapped, length);
    if (!known)
        return -1;
    return pageBytes * std::ranges::count_if(pages, [](unsigned char page) { return page & 1; });
}

} // namespace

class PageCacheUseTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void whatWasReadIsGivenBack_data();
    void whatWasReadIsGivenBack();
    void whatWasInMemoryStays();
    void staysUntilTheLastReader();

private:
    /// The harness' file is on the disk alone then; false if that can't be.
    bool forget();
    qint64 inMemory() const { return bytesInMemory(m_harness->path()); }
    void upload(const UploadSpec &spec, const StoredProgress &stored = {});

    std::unique_ptr<ControllerHarness> m_harness;
};

void PageCacheUseTest::initTestCase()
{
    // Where temporary files are may be memory itself.
    qputenv("TMPDIR", QFile::encodeName(QDir::currentPath()));
}

void PageCacheUseTest::init()
{
    m_harness = std::make_unique<ControllerHarness>();
}

bool PageCacheUseTest::forget()
{
    QFile file(m_harness->path());
    return file.open(QIODevice::ReadOnly) && ::fsync(file.handle()) == 0
        && ::posix_fadvise(file.handle(), 0, 0, POSIX_FADV_DONTNEED) == 0 && inMemory() == 0;
}

void PageCacheUseTest::upload(const UploadSpec &spec, const StoredProgress &stored)
{
    m_harness->make(spec, stored);
    m_harness->controller->start();
    QVERIFY(m_harness->runToEnd());
    QCOMPARE(m_harness->state(), UploadState::Completed);
}

void PageCacheUseTest::whatWasReadIsGivenBack_data()
{
    QTest::addColumn<bool>("md5");
    QTest::addColumn<int>("confirmed");
    QTest::newRow("read twice") << true << 0;
    QTest::newRow("read once") << false << 0;
    QTest::newRow("the first half for the checksum only") << true << 2;
    QTest::newRow("the first half not at all") << false << 2;
}

void PageCacheUseTest::whatWasReadIsGivenBack()
{
    QFETCH(bool, md5);
    QFETCH(int, confirmed);
    UploadSpec spec = m_harness->makeSpec(4 * partBytes, partBytes);
    spec.sendMd5 = md5;
    StoredProgress stored;
    const qint64 now = m_harness->clock.utc().toSecsSinceEpoch();
    if (confirmed > 0)
        stored.created = UploadCreated{u"upload_old"_s, now - 60, now + 3540, 0};
    for (int index = 0; index < confirmed; ++index)
        stored.confirmedParts.insert(index, u"part_old%1"_s.arg(index));
    if (!forget())
        QSKIP("This file system keeps its files in memory.");
    upload(spec, stored);
    // What the system read ahead of our reading, when that had been given back, is there again.
    QVERIFY2(inMemory() < partBytes, qPrintable(QString::number(inMemory())));
}

void PageCacheUseTest::whatWasInMemoryStays()
{
    const UploadSpec spec = m_harness->makeSpec(4 * partBytes, partBytes);
    if (inMemory() < 4 * partBytes)
        QSKIP("This system doesn't tell what is in memory, or has too little of it.");
    upload(spec);
    QCOMPARE(inMemory(), 4 * partBytes);
}

void PageCacheUseTest::staysUntilTheLastReader()
{
    const UploadSpec spec = m_harness->makeSpec(partBytes, partBytes);
    if (!forget())
        QSKIP("This file system keeps its files in memory.");
    QFile file(m_harness->path());
    QVERIFY(file.open(QIODevice::ReadOnly));
    PageCacheUse use(spec.parts);
    for (const auto first : {PageCacheUse::Reader::Body, PageCacheUse::Reader::Checksum}) {
        use.expectBodies({});
        use.expectChecksum(true);
        use.lookAt(0, file.handle());
        QVERIFY(file.seek(0));
        QCOMPARE(file.readAll().size(), partBytes);
        use.wasRead(first, 0, file.handle());
        QCOMPARE(inMemory(), partBytes);
        // It may be read for a second attempt; that is no second reader.
        use.wasRead(first, 0, file.handle());
        QCOMPARE(inMemory(), partBytes);
        const bool bodyFirst = first == PageCacheUse::Reader::Body;
        use.wasRead(bodyFirst ? PageCacheUse::Reader::Checksum : PageCacheUse::Reader::Body, 0,
                    file.handle());
        QCOMPARE(inMemory(), 0);
    }
}

QTEST_GUILESS_MAIN(PageCacheUseTest)
#include "tst_pagecacheuse.moc"
