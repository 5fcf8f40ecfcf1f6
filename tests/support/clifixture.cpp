#include "support/clifixture.h"

#include <QFile>
#include <QTest>

namespace longshore::test {

using namespace Qt::StringLiterals;
using namespace longshore::sandbox;

QByteArray serviceKey()
{
    return "sk-sandbox-0123456789abcdef";
}

bool CliFixture::reset(const QString &program)
{
    release();
    m_dir = std::make_unique<QTemporaryDir>();
    SandboxOptions options;
    options.apiKey = serviceKey();
    m_server = std::make_unique<SandboxServer>(options);
    QString problem;
    if (!m_dir->isValid() || !m_server->start(&problem)) {
        QTest::qFail(qPrintable(m_dir->errorString() + problem), __FILE__, __LINE__);
        return false;
    }
    m_cli = std::make_unique<CliProgram>(program, m_dir->path());
    m_cli->set(u"OPENAI_API_KEY"_s, QString::fromLatin1(serviceKey()));
    m_cli->set(u"OPENAI_BASE_URL"_s, m_server->baseUrl());
    return true;
}

void CliFixture::release()
{
    if (m_cli && QTest::currentTestFailed())
        qInfo().noquote() << m_cli->output() << m_cli->errors();
    m_cli.reset();
    m_server.reset();
    m_dir.reset();
}

QString CliFixture::write(const QString &name, const QByteArray &content) const
{
    QFile file(filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        QTest::qFail("The file can't be written", __FILE__, __LINE__);
    return file.fileName();
}

QByteArray CliFixture::contentOf(const QString &fileId) const
{
    QFile file(m_server->filesDir() + u'/' + fileId);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList CliFixture::upload(const QStringList &arguments) const
{
    return QStringList{u"upload"_s, u"--data-dir"_s, filePath(u"data"_s)} + arguments;
}

void CliFixture::setFaults(std::vector<FaultRule> rules)
{
    m_server->setFaults({1, std::move(rules)});
}

FaultRule rule(Call call, FaultAction action, std::vector<qint64> nth)
{
    FaultRule result;
    result.call = call;
    result.action = action;
    result.nth = std::move(nth);
    return result;
}

FaultRule answer(Call call, int status, const QByteArray &body, std::vector<qint64> nth)
{
    FaultRule result = rule(call, FaultAction::Status, std::move(nth));
    result.status = status;
    result.body = body;
    return result;
}

FaultRule stall(Call call, StallPoint point, std::vector<qint64> nth)
{
    FaultRule result = rule(call, FaultAction::Stall, std::move(nth));
    result.stallPoint = point;
    return result;
}

QByteArray numberedParts(int parts, int bytes)
{
    QByteArray content;
    for (int part = 0; part < parts; ++part)
        content += QByteArray(bytes, static_cast<char>('0' + part));
    return content;
}

CliProgram::Fits inState(const QString &state)
{
    return
        [state](const QJsonObject &event) { return event.value("state"_L1).toString() == state; };
}

} // namespace longshore::test
