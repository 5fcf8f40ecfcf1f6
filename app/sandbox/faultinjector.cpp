#include "faultinjector.h"

#include <algorithm>

namespace longshore::sandbox {

FaultInjector::FaultInjector(FaultPlan plan)
{
    setPlan(std::move(plan));
}

void FaultInjector::setPlan(FaultPlan plan)
{
    const std::lock_guard lock(m_mutex);
    m_random.seed(plan.seed);
    m_plan = std::make_shared<const FaultPlan>(std::move(plan));
}

std::shared_ptr<const FaultRule> FaultInjector::choose(Call call, qint64 number)
{
    const std::lock_guard lock(m_mutex);
    for (const FaultRule &rule : m_plan->rules) {
        if (fits(rule, call, number))
            return {m_plan, &rule};
    }
    return {};
}

bool FaultInjector::fits(const FaultRule &rule, Call call, qint64 number)
{
    if (rule.call != call)
        return false;
    if (!rule.nth.empty())
        return std::find(rule.nth.begin(), rule.nth.end(), number) != rule.nth.end();
    if (rule.every)
        return number % *rule.every == 0;
    if (rule.chance) {
        // 53 bits make a double from 0 to below 1 that is the same with every standard library.
        constexpr double Unit = 1.0 / static_cast<double>(1ULL << 53);
        return static_cast<double>(m_random() >> 11) * Unit < *rule.chance;
    }
    return true;
}

} // namespace longshore::sandbox
