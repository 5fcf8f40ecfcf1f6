#pragma once

#include "transfer/partplan.h"

#include <QTest>

namespace longshore {

inline SourceFile source(qint64 bytes, bool newlineAdded = false,
                         const QString &path = QStringLiteral("/d/a.jsonl"))
{
    SourceFile file;
    file.path = path;
    file.stamp.bytes = bytes;
    file.newlineAdded = newlineAdded;
    return file;
}

/// What must hold of every plan, whatever the request.
inline void verifyPlan(const PartPlan &plan, const PartPlanRequest &request)
{
    QCOMPARE(plan.problem, QString());
    QVERIFY(plan.partSize <= request.limits.partBytes);
    qint64 offset = 0;
    auto part = plan.parts.begin();
    for (int index = 0; index < request.sources.size(); ++index) {
        const SourceFile &file = request.sources.at(index);
        qint64 sourceOffset = 0;
        bool newlineSeen = false;
        for (; part != plan.parts.end() && part->source == index; ++part) {
            QVERIFY(!newlineSeen);
            QCOMPARE(part->offset, offset);
            QCOMPARE(part->sourceOffset, sourceOffset);
            QVERIFY(part->sourceBytes >= 0);
            QVERIFY(part->bytes() >= 1 && part->bytes() <= plan.partSize);
            offset += part->bytes();
            sourceOffset += part->sourceBytes;
            newlineSeen = part->newlineAdded;
        }
        QCOMPARE(sourceOffset, file.stamp.bytes);
        QCOMPARE(newlineSeen, file.newlineAdded);
    }
    QVERIFY(part == plan.parts.end());
}

} // namespace longshore
