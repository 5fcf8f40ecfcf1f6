#include "sandbox/faultinjector.h"

#include <QTest>

using namespace longshore::sandbox;

namespace {

FaultPlan parsed(const QByteArray &rules)
{
    QString error;
    const FaultPlan plan = parseFaults("{\"rules\":[" + rules + "]}", &error);
    if (!error.isEmpty())
        qWarning("%s", qPrintable(error));
    return plan;
}

std::vector<qint64> chosen(FaultInjector &injector, Call call, qint64 requests)
{
    std::vector<qint64> numbers;
    for (qint64 number = 1; number <= requests; ++number) {
        if (injector.choose(call, number))
            numbers.push_back(number);
    }
    return numbers;
}

} // namespace

class TestSandboxFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryAction();
    void readsStatus();
    void refuses_data();
    void refuses();
    void refusesPlan_data();
    void refusesPlan();
    void choosesByNumber();
    void choosesTheFirstThatFits();
    void choosesByChance();
};

void TestSandboxFaults::readsEveryAction()
{
    const FaultPlan plan = parsed(R"(
        {"call": "create", "action": "status", "status": 503},
        {"call": "part", "nth": [1, 3], "action": "reset"},
        {"call": "part", "nth": 2, "action": "reset_mid", "after_bytes": 5000000000},
        {"call": "part", "every": 4, "action": "stall", "when": "body"},
        {"call": "complete", "chance": 0.5, "action": "lost"},
        {"call": "cancel", "action": "delay", "ms": 1500},
        {"call": "part", "action": "slow", "rate": 1000},
        {"call": "files", "action": "body", "body": {"a": 1}},
        {"call": "files", "action": "huge", "bytes": 7},
        {"call": "files", "action": "deep", "levels": 8},
        {"call": "part", "action": "redirect", "to": "https://example.com/"},
        {"call": "part", "action": "truncate", "after_bytes": 9},
        {"call": "part", "action": "wrong_id"},
        {"call": "part", "action": "repeat_id"})");
    QCOMPARE(plan.seed, quint64(1));
    QCOMPARE(plan.rules.size(), std::size_t(14));
    const auto &rules = plan.rules;
    QCOMPARE(rules[0].call, Call::Create);
    QCOMPARE(rules[0].status, 503);
    QCOMPARE(rules[1].nth, std::vector<qint64>({1, 3}));
    QCOMPARE(rules[1].action, FaultAction::Reset);
    QCOMPARE(rules[2].nth, std::vector<qint64>({2}));
    QCOMPARE(rules[2].afterBytes, qint64(5'000'000'000));
    QCOMPARE(*rules[3].every, qint64(4));
    QCOMPARE(rules[3].stallPoint, StallPoint::Body);
    QCOMPARE(*rules[4].chance, 0.5);
    QCOMPARE(rules[4].action, FaultAction::Lost);
    QVERIFY(rules[5].delay == std::chrono::milliseconds(1500));
    QCOMPARE(rules[5].call, Call::Cancel);
    QCOMPARE(rules[6].rate, qint64(1000));
    QCOMPARE(rules[7].body, QByteArray("{\"a\":1}"));
    QCOMPARE(rules[8].bytes, qint64(7));
    QCOMPARE(rules[9].levels, qint64(8));
    QCOMPARE(rules[10].location, QByteArray("https://example.com/"));
    QCOMPARE(rules[10].status, 307);
    QCOMPARE(rules[11].afterBytes, qint64(9));
    QCOMPARE(rules[12].action, FaultAction::WrongId);
    QCOMPARE(rules[13].action, FaultAction::RepeatId);
}

void TestSandboxFaults::readsStatus()
{
    const FaultPlan plan = parsed(R"({"call": "part", "action": "status", "status": 429,
        "headers": {"Retry-After": 3, "x-should-retry": "true"}, "body": "no"})");
    QCOMPARE(plan.rules.size(), std::size_t(1));
    const auto expected = std::vector<std::pair<QByteArray, QByteArray>>{
        {"Retry-After", "3"}, {"x-should-retry", "true"}};
    QCOMPARE(plan.rules[0].headers, expected);
    QCOMPARE(plan.rules[0].body, QByteArray("no"));
}

void TestSandboxFaults::refuses_data()
{
    QTest::addColumn<QByteArray>("rule");
    QTest::addColumn<QString>("named");
    const auto row = [](const char *rule, const char *named) {
        QTest::addRow("%s", rule) << QByteArray(rule) << QString::fromLatin1(named);
    };
    row(R"({"action": "reset"})", "call");
    row(R"({"call": "parts", "action": "reset"})", "parts");
    row(R"({"call": 1, "action": "reset"})", "call");
    row(R"({"call": "part"})", "action");
    row(R"({"call": "part", "action": "rst"})", "rst");
    row(R"({"call": "part", "action": "reset", "x": 1})", "\"x\"");
    row(R"({"call": "part", "action": "reset", "": 1})", "\"\"");
    row(R"({"call": "part", "action": "reset", "ms": 1})", "\"ms\"");
    row(R"({"call": "part", "action": "status"})", "status");
    row(R"({"call": "part", "action": "status", "status": 99})", "status");
    row(R"({"call": "part", "action": "status", "status": "500"})", "status");
    row(R"({"call": "part", "action": "status", "status": 500, "headers": []})", "headers");
    row(R"({"call": "part", "action": "status", "status": 500, "headers": {"a b": "c"}})", "a b");
    row(R"({"call": "part", "action": "status", "status": 500, "headers": {"a": "c\r\nd"}})", "a");
    row(R"({"call": "part", "action": "status", "status": 500, "headers": {"a": null}})", "a");
    row(R"({"call": "part", "action": "status", "status": 500, "headers": {"content-Length": 1}})",
        "content-Length");
    row(R"({"call": "part", "action": "delay"})", "ms");
    row(R"({"call": "part", "action": "delay", "ms": -1})", "ms");
    row(R"({"call": "part", "action": "delay", "ms": 1.5})", "ms");
    row(R"({"call": "part", "action": "slow", "rate": 0})", "rate");
    row(R"({"call": "part", "action": "body", "body": 1})", "body");
    row(R"({"call": "part", "action": "body"})", "body");
    row(R"({"call": "part", "action": "huge"})", "bytes");
    row(R"({"call": "part", "action": "deep", "levels": 0})", "levels");
    row(R"({"call": "part", "action": "redirect"})", "to");
    row(R"({"call": "part", "action": "redirect", "to": "a\nb"})", "to");
    row(R"({"call": "part", "action": "stall", "when": "now"})", "when");
    row(R"({"call": "create", "action": "repeat_id"})", "repeat_id");
    row(R"({"call": "part", "nth": [0], "action": "reset"})", "nth");
    row(R"({"call": "part", "nth": [], "action": "reset"})", "nth");
    row(R"({"call": "part", "every": 0, "action": "reset"})", "every");
    row(R"({"call": "part", "chance": 1.1, "action": "reset"})", "chance");
    row(R"({"call": "part", "chance": "x", "action": "reset"})", "chance");
    row(R"({"call": "part", "nth": 1, "every": 1, "action": "reset"})", "every");
    row("5", "object");
}

void TestSandboxFaults::refuses()
{
    QFETCH(QByteArray, rule);
    QFETCH(QString, named);
    QString error;
    const FaultPlan plan =
        parseFaults("{\"rules\":[{\"call\":\"part\",\"action\":\"reset\"}," + rule + "]}", &error);
    QVERIFY2(error.startsWith(QStringLiteral("Rule 2 ")), qPrintable(error));
    QVERIFY2(error.contains(named), qPrintable(error));
    QVERIFY(plan.rules.empty());
}

void TestSandboxFaults::refusesPlan_data()
{
    QTest::addColumn<QByteArray>("json");
    for (const char *json : {"", "[]", "{}", "{\"rules\":{}}", "{\"rules\":[],\"x\":1}",
                             "{\"rules\":[],\"seed\":\"1\"}", "{\"rules\":[],\"seed\":-1}",
                             "{\"rules\":[", "{\"rules\":[]}x"})
        QTest::addRow("%s", json) << QByteArray(json);
}

void TestSandboxFaults::refusesPlan()
{
    QFETCH(QByteArray, json);
    QString error;
    parseFaults(json, &error);
    QVERIFY(!error.isEmpty());
    QCOMPARE(parseFaults("{\"rules\":[],\"seed\":12}", &error).seed, quint64(12));
    QVERIFY(error.isEmpty());
}

void TestSandboxFaults::choosesByNumber()
{
    FaultInjector nth(parsed(R"({"call": "part", "nth": [1, 3], "action": "reset"})"));
    QCOMPARE(chosen(nth, Call::Part, 6), std::vector<qint64>({1, 3}));
    QCOMPARE(chosen(nth, Call::Create, 6), std::vector<qint64>());
    FaultInjector every(parsed(R"({"call": "part", "every": 2, "action": "reset"})"));
    QCOMPARE(chosen(every, Call::Part, 6), std::vector<qint64>({2, 4, 6}));
    FaultInjector all(parsed(R"({"call": "part", "action": "reset"})"));
    QCOMPARE(chosen(all, Call::Part, 2), std::vector<qint64>({1, 2}));
}

void TestSandboxFaults::choosesTheFirstThatFits()
{
    FaultInjector injector(parsed(R"({"call": "part", "nth": 2, "action": "reset"},
                                     {"call": "part", "action": "lost"})"));
    QCOMPARE(injector.choose(Call::Part, 1)->action, FaultAction::Lost);
    const auto kept = injector.choose(Call::Part, 2);
    injector.setPlan({});
    QCOMPARE(kept->action, FaultAction::Reset); // a request keeps its rule
    QVERIFY(!injector.choose(Call::Part, 2));
}

void TestSandboxFaults::choosesByChance()
{
    const QByteArray rule = R"({"call": "part", "chance": 0.25, "action": "reset"})";
    FaultPlan plan = parsed(rule);
    FaultInjector first(plan);
    FaultInjector second(plan);
    const std::vector<qint64> numbers = chosen(first, Call::Part, 4000);
    QCOMPARE(chosen(second, Call::Part, 4000), numbers); // the seed decides
    QVERIFY(numbers.size() > 850 && numbers.size() < 1150);
    plan.seed = 2;
    FaultInjector other(plan);
    QVERIFY(chosen(other, Call::Part, 4000) != numbers);
    plan.rules[0].chance = 0.0;
    FaultInjector never(plan);
    QVERIFY(chosen(never, Call::Part, 100).empty());
    plan.rules[0].chance = 1.0;
    FaultInjector always(plan);
    QCOMPARE(chosen(always, Call::Part, 100).size(), std::size_t(100));
}

QTEST_GUILESS_MAIN(TestSandboxFaults)
#include "tst_sandboxfaults.moc"
