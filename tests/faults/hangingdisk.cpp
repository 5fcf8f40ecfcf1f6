// A disk that stops answering, as a network drive does whose server went away: a file system with
// one file, mounted in a namespace of its own. It speaks FUSE with the kernel by itself. Needs
// root, or user namespaces and a /dev/fuse that all may open.
//
//   hangingdisk FOLDER FILE   shows FILE, and nothing else, in the (empty) FOLDER
//
// Prints its process id: /proc/PID/ns/mnt is the namespace. On stdin, a command a line:
//   hang reads | hang all (from now on these wait) | answer (what waited, too)
// A process that waits for this disk can be killed. Ends when stdin does; nothing is left.

#include "ownnamespace.h"

#include <linux/fuse.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace {

using namespace longshore;

constexpr std::uint64_t fileNode = FUSE_ROOT_ID + 1;
// The kernel wants room for a write of 4 KiB at least, and never sends us one.
constexpr std::uint32_t largestWrite = 4096;
constexpr std::size_t requestRoom = FUSE_MIN_READ_BUFFER + largestWrite;

class HangingDisk
{
public:
    HangingDisk(int device, const std::string &path)
        : m_device(device)
        , m_name(path.substr(path.rfind('/') + 1))
        , m_file(open(path.c_str(), O_RDONLY | O_CLOEXEC))
    {
        if (m_file < 0 || fstat(m_file, &m_status) != 0)
            failWithErrno(path);
    }

    /// Returns when stdin has ended.
    void run()
    {
        std::array<pollfd, 2> sources{{{m_device, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
        for (;;) {
            if (poll(sources.data(), sources.size(), -1) < 0 && errno != EINTR)
                failWithErrno("poll");
            if (sources[0].revents)
                takeRequest();
            if (sources[1].revents && !readCommands())
                return;
        }
    }

private:
    /// One of the kernel's, header and body.
    class Request
    {
    public:
        explicit Request(std::vector<char> bytes)
            : m_bytes(std::move(bytes))
        {
            std::memcpy(&m_header, m_bytes.data(), sizeof m_header);
        }

        const fuse_in_header &header() const { return m_header; }
        const char *text() const { return m_bytes.data() + sizeof m_header; }

        template <typename Body> Body body() const
        {
            Body body{};
            std::memcpy(&body, text(), std::min(sizeof body, m_bytes.size() - sizeof m_header));
            return body;
        }

    private:
        std::vector<char> m_bytes;
        fuse_in_header m_header{};
    };

    enum class Hangs { Nothing, Reads, All };

    void takeRequest()
    {
        std::vector<char> bytes(requestRoom);
        const ssize_t size = read(m_device, bytes.data(), bytes.size());
        if (size < static_cast<ssize_t>(sizeof(fuse_in_header)))
            return;
        bytes.resize(static_cast<std::size_t>(size));
        Request request(std::move(bytes));
        switch (request.header().opcode) {
        case FUSE_FORGET:
        case FUSE_BATCH_FORGET:
            return; // want no answer
        case FUSE_INTERRUPT:
            interrupt(request.body<fuse_interrupt_in>().unique);
            return;
        default:
            break;
        }
        const bool isRead = request.header().opcode == FUSE_READ;
        if (m_hangs == Hangs::All || (m_hangs == Hangs::Reads && isRead))
            m_waiting.push_back(std::move(request));
        else
            answer(request);
    }

    /// Who waits for it was sent a signal. Without this not even SIGKILL would end it.
    void interrupt(std::uint64_t unique)
    {
        const auto found =
            std::find_if(m_waiting.begin(), m_waiting.end(),
                         [unique](auto &request) { return request.header().unique == unique; });
        if (found == m_waiting.end())
            return;
        refuse(*found, EINTR);
        m_waiting.erase(found);
    }

    bool readCommands()
    {
        std::array<char, 256> text;
        const ssize_t size = read(STDIN_FILENO, text.data(), text.size());
        if (size <= 0)
            return false;
        m_input.append(text.data(), static_cast<std::size_t>(size));
        for (std::size_t end; (end = m_input.find('\n')) != std::string::npos;) {
            obey(m_input.substr(0, end));
            m_input.erase(0, end + 1);
        }
        return true;
    }

    void obey(const std::string &command)
    {
        if (command == "hang reads") {
            m_hangs = Hangs::Reads;
        } else if (command == "hang all") {
            m_hangs = Hangs::All;
        } else if (command == "answer") {
            m_hangs = Hangs::Nothing;
            for (const Request &request : std::exchange(m_waiting, {}))
                answer(request);
        } else {
            std::cerr << "hangingdisk: no such command: " << command << '\n';
            std::exit(EXIT_FAILURE);
        }
    }

    void answer(const Request &request)
    {
        switch (request.header().opcode) {
        case FUSE_INIT:
            answerInit(request);
            break;
        case FUSE_LOOKUP:
            answerLookup(request);
            break;
        case FUSE_GETATTR: {
            fuse_attr_out out{};
            out.attr = attributes(request.header().nodeid);
            reply(request, &out, sizeof out);
            break;
        }
        case FUSE_OPEN:
        case FUSE_OPENDIR: {
            fuse_open_out out{};
            // Each read comes here, and none is answered by the page cache.
            out.open_flags = FOPEN_DIRECT_IO;
            reply(request, &out, sizeof out);
            break;
        }
        case FUSE_READ:
            answerRead(request);
            break;
        case FUSE_READDIR:
        case FUSE_RELEASE:
        case FUSE_RELEASEDIR:
            reply(request, nullptr, 0);
            break;
        default:
            refuse(request, ENOSYS);
        }
    }

    void answerInit(const Request &request)
    {
        const auto in = request.body<fuse_init_in>();
        fuse_init_out out{};
        out.major = FUSE_KERNEL_VERSION;
        out.minor = std::min<std::uint32_t>(in.minor, FUSE_KERNEL_MINOR_VERSION);
        out.max_readahead = in.max_readahead;
        out.max_write = largestWrite;
        out.time_gran = 1;
        reply(request, &out, sizeof out);
    }

    void answerLookup(const Request &request)
    {
        if (request.text() != m_name) {
            refuse(request, ENOENT);
            return;
        }
        fuse_entry_out out{};
        out.nodeid = fileNode;
        out.attr = attributes(fileNode);
        reply(request, &out, sizeof out);
    }

    void answerRead(const Request &request)
    {
        const auto in = request.body<fuse_read_in>();
        std::vector<char> data(in.size);
        const ssize_t size = pread(m_file, data.data(), data.size(), static_cast<off_t>(in.offset));
        if (size < 0)
            refuse(request, errno);
        else
            reply(request, data.data(), static_cast<std::size_t>(size));
    }

    fuse_attr attributes(std::uint64_t node) const
    {
        fuse_attr result{};
        result.ino = node;
        result.nlink = 1;
        result.mode = S_IFDIR | 0755;
        if (node == fileNode) {
            result.mode = S_IFREG | 0444;
            result.size = static_cast<std::uint64_t>(m_status.st_size);
        }
        result.mtime = result.ctime = static_cast<std::uint64_t>(m_status.st_mtim.tv_sec);
        return result;
    }

    void refuse(const Request &request, int error) { write(request, -error, nullptr, 0); }

    void reply(const Request &request, void *data, std::size_t size)
    {
        write(request, 0, data, size);
    }

    void write(const Request &request, int error, void *data, std::size_t size)
    {
        fuse_out_header out{};
        out.len = static_cast<std::uint32_t>(sizeof out + size);
        out.error = error;
        out.unique = request.header().unique;
        const std::array<iovec, 2> pieces{{{&out, sizeof out}, {data, size}}};
        // Who asked may have left: then it's nobody's.
        if (writev(m_device, pieces.data(), pieces.size()) < 0 && errno != ENOENT)
            failWithErrno("/dev/fuse");
    }

    int m_device;
    std::string m_name;
    int m_file;
    struct stat m_status = {};
    Hangs m_hangs = Hangs::Nothing;
    std::vector<Request> m_waiting;
    std::string m_input;
};

/// Mounts on the folder and gives what the kernel asks through.
int mountOn(const char *folder)
{
    unshareAsRoot(CLONE_NEWNS);
    const int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (device < 0)
        failWithErrno("/dev/fuse");
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        failWithErrno("no private mounts");
    const std::string options =
        "fd=" + std::to_string(device) + ",rootmode=40000,user_id=0,group_id=0";
    if (mount("hangingdisk", folder, "fuse", MS_NOSUID | MS_NODEV | MS_RDONLY, options.c_str())
        != 0)
        failWithErrno("no FUSE");
    return device;
}

} // namespace

int main(int argumentCount, char **arguments)
{
    if (argumentCount != 3) {
        std::cerr << "Usage: hangingdisk FOLDER FILE\n";
        return 2;
    }
    const int device = mountOn(arguments[1]);
    HangingDisk disk(device, arguments[2]);
    std::cout << getpid() << std::endl;
    disk.run();
    return 0;
}
