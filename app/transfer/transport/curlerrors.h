#pragma once

#include <QNetworkReply>

#include <curl/curl.h>

namespace longshore {

/// What libcurl knows of a transfer that failed.
struct CurlFailure
{
    CURLcode code = CURLE_OK;
    /// errno of the failed system call, or 0.
    int systemError = 0;
    CURLproxycode proxyCode = CURLPX_OK;
    /// The status with which an HTTP proxy answered CONNECT, or 0.
    int connectStatus = 0;
    bool throughProxy = false;
    /// libcurl's sentence about it.
    QByteArray detail = {};
};

/// The QNetworkReply error for a transfer without a usable answer; NoError for CURLE_OK.
QNetworkReply::NetworkError errorForCurl(const CurlFailure &failure);

/// The error QNetworkAccessManager reports for an HTTP status; NoError below 400.
QNetworkReply::NetworkError errorForStatus(int status);

} // namespace longshore
