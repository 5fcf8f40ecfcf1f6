// Uploads with libcurl as plainly as can be, to compare with: a thread and a connection for each
// lane.
//
//   curlthreads --lanes N --part-size BYTES [--ca-file PEM] FILE…
//
// OPENAI_BASE_URL and OPENAI_API_KEY say where to. One file is sent in parts, N at a time; of
// several files each thread sends one after the other. A part that fails is sent again at once.

#include <curl/curl.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

// What libcurl takes from the callback at once; a larger one gained nothing.
constexpr long uploadBufferBytes = 512 * 1024;
// A part that fails so often has a reason that sending it again does not mend.
constexpr int mostAttempts = 20;

const std::string prologue =
    "--longshore-bench\r\nContent-Disposition: form-data; name=\"data\"; filename=\"data\"\r\n"
    "Content-Type: application/octet-stream\r\n\r\n";
const std::string epilogue = "\r\n--longshore-bench--\r\n";

struct Options
{
    int lanes = 4;
    std::int64_t partBytes = 64'000'000;
    std::string certificates;
    std::string baseUrl;
    std::string key;
};

[[noreturn]] void fail(const std::string &what)
{
    std::fprintf(stderr, "curlthreads: %s\n", what.c_str());
    std::_Exit(1);
}

/// A multipart body around a range of the file.
struct PartBody
{
    int file = -1;
    std::int64_t offset = 0;
    std::int64_t bytes = 0;
    std::int64_t position = 0;

    std::int64_t size() const
    {
        return static_cast<std::int64_t>(prologue.size() + epilogue.size()) + bytes;
    }

    std::size_t read(char *to, std::size_t room)
    {
        const auto head = static_cast<std::int64_t>(prologue.size());
        if (position < head)
            return copy(prologue, static_cast<std::size_t>(position), to, room);
        if (position >= head + bytes)
            return copy(epilogue, static_cast<std::size_t>(position - head - bytes), to, room);
        const std::int64_t left = head + bytes - position;
        const ssize_t count = pread(
            file, to,
            static_cast<std::size_t>(std::min<std::int64_t>(left, static_cast<std::int64_t>(room))),
            offset + position - head);
        if (count <= 0)
            return CURL_READFUNC_ABORT;
        position += count;
        return static_cast<std::size_t>(count);
    }

private:
    std::size_t copy(const std::string &text, std::size_t from, char *to, std::size_t room)
    {
        const std::size_t count = std::min(room, text.size() - from);
        std::memcpy(to, text.data() + from, count);
        position += static_cast<std::int64_t>(count);
        return count;
    }
};

std::size_t readBody(char *to, std::size_t size, std::size_t count, void *body)
{
    return static_cast<PartBody *>(body)->read(to, size * count);
}

int seekBody(void *body, curl_off_t offset, int origin)
{
    if (origin != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    static_cast<PartBody *>(body)->position = offset;
    return CURL_SEEKFUNC_OK;
}

std::size_t keepAnswer(char *from, std::size_t size, std::size_t count, void *answer)
{
    static_cast<std::string *>(answer)->append(from, size * count);
    return size * count;
}

/// One connection, used by one thread.
class Lane
{
public:
    explicit Lane(const Options &options)
        : m_options(options)
    {
        m_json = headers("Content-Type: application/json");
        m_multipart = headers("Content-Type: multipart/form-data; boundary=longshore-bench");
    }

    /// POSTs JSON; gives the answer. Ends the program if it is a refusal.
    std::string post(const std::string &path, const std::string &json)
    {
        prepare(path, m_json.get());
        curl_easy_setopt(m_easy.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(json.size()));
        curl_easy_setopt(m_easy.get(), CURLOPT_POSTFIELDS, json.c_str());
        if (!perform())
            fail(path + ": " + m_problem);
        return m_answer;
    }

    /// Sends a part; gives its id.
    std::string sendPart(const std::string &upload, PartBody body)
    {
        for (int attempt = 1; attempt <= mostAttempts; ++attempt) {
            body.position = 0;
            prepare("/uploads/" + upload + "/parts", m_multipart.get());
            curl_easy_setopt(m_easy.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                             static_cast<curl_off_t>(body.size()));
            curl_easy_setopt(m_easy.get(), CURLOPT_READFUNCTION, readBody);
            curl_easy_setopt(m_easy.get(), CURLOPT_READDATA, &body);
            curl_easy_setopt(m_easy.get(), CURLOPT_SEEKFUNCTION, seekBody);
            curl_easy_setopt(m_easy.get(), CURLOPT_SEEKDATA, &body);
            if (perform())
                return idIn(m_answer);
        }
        fail("a part could not be sent: " + m_problem);
    }

    static std::string idIn(const std::string &json)
    {
        constexpr std::string_view name = "\"id\":\"";
        const std::size_t at = json.find(name);
        if (at == std::string::npos)
            fail("no id in the answer: " + json);
        const std::size_t start = at + name.size();
        return json.substr(start, json.find('"', start) - start);
    }

private:
    using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

    Headers headers(const char *type) const
    {
        curl_slist *list =
            curl_slist_append(nullptr, ("Authorization: Bearer " + m_options.key).c_str());
        list = curl_slist_append(list, type);
        return {curl_slist_append(list, "Expect:"), &curl_slist_free_all};
    }

    void prepare(const std::string &path, curl_slist *with)
    {
        CURL *easy = m_easy.get();
        curl_easy_reset(easy); // keeps the connection
        curl_easy_setopt(easy, CURLOPT_URL, (m_options.baseUrl + path).c_str());
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1));
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, with);
        curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, uploadBufferBytes);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keepAnswer);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, &m_answer);
        if (!m_options.certificates.empty())
            curl_easy_setopt(easy, CURLOPT_CAINFO, m_options.certificates.c_str());
        m_answer.clear();
    }

    bool perform()
    {
        const CURLcode code = curl_easy_perform(m_easy.get());
        long status = 0;
        curl_easy_getinfo(m_easy.get(), CURLINFO_RESPONSE_CODE, &status);
        m_problem = code == CURLE_OK ? m_answer : curl_easy_strerror(code);
        return code == CURLE_OK && status == 200;
    }

    const Options &m_options;
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> m_easy{curl_easy_init(),
                                                               &curl_easy_cleanup};
    Headers m_json{nullptr, &curl_slist_free_all};
    Headers m_multipart{nullptr, &curl_slist_free_all};
    std::string m_answer;
    std::string m_problem;
};

struct SourceFile
{
    int descriptor = -1;
    std::int64_t bytes = 0;
};

SourceFile openFile(const char *path)
{
    struct stat status
    {
    };
    const SourceFile file{open(path, O_RDONLY | O_CLOEXEC), 0};
    if (file.descriptor < 0 || fstat(file.descriptor, &status) < 0)
        fail(std::string(path) + " can't be read");
    return {file.descriptor, status.st_size};
}

std::string create(Lane &lane, std::int64_t bytes)
{
    return Lane::idIn(lane.post("/uploads",
                                R"({"filename":"file.bin","purpose":"user_data",)"
                                R"("mime_type":"application/octet-stream","bytes":)"
                                    + std::to_string(bytes) + "}"));
}

void complete(Lane &lane, const std::string &upload, const std::vector<std::string> &parts)
{
    std::string list;
    for (const std::string &part : parts)
        list += (list.empty() ? "\"" : ",\"") + part + '"';
    lane.post("/uploads/" + upload + "/complete", "{\"part_ids\":[" + list + "]}");
}

std::size_t partCount(const SourceFile &file, const Options &options)
{
    return static_cast<std::size_t>((file.bytes + options.partBytes - 1) / options.partBytes);
}

PartBody partOf(const SourceFile &file, const Options &options, std::size_t index)
{
    const std::int64_t offset = static_cast<std::int64_t>(index) * options.partBytes;
    return {file.descriptor, offset, std::min(options.partBytes, file.bytes - offset), 0};
}

/// Calls `work` with each index below `count`, in as many threads as there are lanes.
void share(const std::vector<std::unique_ptr<Lane>> &lanes, std::size_t count,
           const std::function<void(Lane &, std::size_t)> &work)
{
    std::atomic<std::size_t> next = 0;
    std::vector<std::thread> threads;
    for (const auto &lane : lanes) {
        threads.emplace_back([&] {
            for (std::size_t i = next++; i < count; i = next++)
                work(*lane, i);
        });
    }
    for (std::thread &thread : threads)
        thread.join();
}

} // namespace

int main(int argc, char **argv)
{
    Options options;
    int next = 1;
    for (; next + 1 < argc && std::strncmp(argv[next], "--", 2) == 0; next += 2) {
        if (std::strcmp(argv[next], "--lanes") == 0)
            options.lanes = std::atoi(argv[next + 1]);
        else if (std::strcmp(argv[next], "--part-size") == 0)
            options.partBytes = std::atoll(argv[next + 1]);
        else if (std::strcmp(argv[next], "--ca-file") == 0)
            options.certificates = argv[next + 1];
        else
            fail(std::string("unknown option ") + argv[next]);
    }
    const char *url = std::getenv("OPENAI_BASE_URL");
    const char *key = std::getenv("OPENAI_API_KEY");
    if (next >= argc || !url || !key || options.lanes < 1 || options.partBytes < 1)
        fail("needs FILE…, OPENAI_BASE_URL and OPENAI_API_KEY");
    options.baseUrl = url;
    options.key = key;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    std::vector<std::unique_ptr<Lane>> lanes;
    for (int i = 0; i < options.lanes; ++i)
        lanes.push_back(std::make_unique<Lane>(options));
    const auto files = static_cast<std::size_t>(argc - next);
    if (files > 1) {
        share(lanes, files, [&](Lane &lane, std::size_t i) {
            const SourceFile file = openFile(argv[static_cast<std::size_t>(next) + i]);
            const std::string upload = create(lane, file.bytes);
            std::vector<std::string> parts;
            for (std::size_t part = 0; part < partCount(file, options); ++part)
                parts.push_back(lane.sendPart(upload, partOf(file, options, part)));
            complete(lane, upload, parts);
            close(file.descriptor);
        });
        return 0;
    }
    const SourceFile file = openFile(argv[next]);
    const std::string upload = create(*lanes.front(), file.bytes);
    std::vector<std::string> parts(partCount(file, options));
    share(lanes, parts.size(), [&](Lane &lane, std::size_t i) {
        parts[i] = lane.sendPart(upload, partOf(file, options, i));
    });
    complete(*lanes.front(), upload, parts);
    return 0;
}
