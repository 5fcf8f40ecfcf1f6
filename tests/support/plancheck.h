#pragma once

#include "support/planfault.h"

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
    QCOMPARE(planFault(plan, request), QString());
}

} // namespace longshore
