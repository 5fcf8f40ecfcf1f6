#pragma once

#include "cli/commandline.h"
#include "queue/uploadrequest.h"

#include <QList>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

#include <variant>

namespace longshore {

/// Everything a headless run is told. A value.
struct UploadSetup
{
    QList<UploadRequest> requests;
    QStringList names; ///< of the requests, as the user wrote them
    EngineSettings
        settings; ///< with the sandbox: endpoint, and dataDir if none was named, are still to come
    bool sandbox = false;
    QString sandboxDir; ///< empty: temporary
    QStringList notes; ///< for the user
};

/// Joins command line and environment. Reads --ca-file, and finds or creates the data folder.
std::variant<UploadSetup, UsageProblem> setUpUpload(const UploadCommand &command,
                                                    const QProcessEnvironment &environment);

} // namespace longshore
