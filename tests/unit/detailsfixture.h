#pragma once

#include "plansamples.h"

#include <QGuiApplication>
#include <QPalette>

namespace longshore {

constexpr qint64 kSampleNowMs = 1'700'000'000'000;

/// In the middle of being sent, with 43 minutes left.
inline UploadSnapshot sampleUpload(const QString &key, const UploadPlan &plan)
{
    UploadSnapshot upload;
    upload.key = key;
    upload.state = UploadState::Sending;
    for (const SourceFile &source : plan.sources) {
        upload.paths.append(source.path);
        upload.bytes += source.uploadBytes();
    }
    upload.filename = upload.paths.value(0).section(u'/', -1);
    upload.purpose = QStringLiteral("fine-tune");
    upload.mimeType = QStringLiteral("text/jsonl");
    upload.partCount = static_cast<int>(plan.parts.size());
    upload.confirmed = upload.bytes / 2;
    upload.partsConfirmed = upload.partCount / 2;
    upload.rate = 12'300'000;
    upload.uploadId = QStringLiteral("upload_68cb2a7db1008191a9fc811a39b4a95b");
    upload.expiresAt = kSampleNowMs / 1000 + 43 * 60 + 20;
    return upload;
}

/// Parts in all states, as they are in the middle of an upload.
inline QList<PartSnapshot> sampleParts(const UploadPlan &plan)
{
    QList<PartSnapshot> parts(plan.parts.size());
    for (int part = 0; part < parts.size(); ++part) {
        if (part < parts.size() / 2) {
            parts[part] = samplePart(PartState::Confirmed);
            parts[part].partId = QStringLiteral("part_68cb2a7e21c88191a82274273ca3%1")
                                     .arg(part, 4, 16, QLatin1Char('0'));
        }
    }
    const int middle = static_cast<int>(parts.size() / 2);
    const auto bytes = [&plan](int part) { return plan.parts.value(part).bytes(); };
    if (middle + 4 < parts.size()) {
        parts[middle] = samplePart(PartState::Sending, 1, bytes(middle) * 8 / 10);
        parts[middle + 1] = samplePart(PartState::Sending, 1, bytes(middle + 1) / 3);
        parts[middle + 2] = samplePart(PartState::Retrying, 2);
        parts[middle + 2].error.kind = ErrorKind::Refused;
        parts[middle + 2].error.status = 503;
        parts[middle + 2].error.message = QStringLiteral("The server is overloaded.");
        parts[middle + 3] = samplePart(PartState::Failed, 5);
        parts[middle + 3].error = parts[middle + 2].error;
    }
    return parts;
}

inline QPalette darkPalette()
{
    QPalette palette;
    palette.setColor(QPalette::Window, QColor(45, 45, 48));
    palette.setColor(QPalette::Base, QColor(30, 30, 32));
    palette.setColor(QPalette::AlternateBase, QColor(38, 38, 41));
    palette.setColor(QPalette::Button, QColor(56, 56, 60));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(role, QColor(230, 230, 230));
    palette.setColor(QPalette::PlaceholderText, QColor(150, 150, 150));
    palette.setColor(QPalette::Highlight, QColor(42, 110, 187));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(120, 120, 120));
    return palette;
}

} // namespace longshore
