#pragma once

#include <QByteArray>
#include <QNetworkProxy>
#include <QNetworkRequest>

#include <curl/curl.h>

#include <memory>

namespace longshore {

struct CurlListDeleter
{
    void operator()(curl_slist *list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, CurlListDeleter>;

/// The request's headers for CURLOPT_HTTPHEADER. None (a null list) when a name or a value could
/// break out of its line.
CurlList headersFor(const QNetworkRequest &request);

/// Sets what a POST of a part needs except body and callbacks. `certificates` is PEM that must
/// outlive the handle, or empty for libcurl's default.
void prepareRequest(CURL *easy, const QNetworkRequest &request, const QByteArray &certificates);

/// Sends the handle through this proxy and through no other.
void setCurlProxy(CURL *easy, const QNetworkProxy &proxy);

} // namespace longshore
