#pragma once

#include "faults.h"

#include <memory>
#include <mutex>
#include <random>

namespace longshore::sandbox {

/// Chooses the fault for each request. Thread-safe.
class FaultInjector
{
public:
    explicit FaultInjector(FaultPlan plan);

    /// The seed starts anew.
    void setPlan(FaultPlan plan);

    /// The first rule that fits the `number`th request (from 1) of this call, or null.
    [[nodiscard]] std::shared_ptr<const FaultRule> choose(Call call, qint64 number);

private:
    [[nodiscard]] bool fits(const FaultRule &rule, Call call, qint64 number);

    std::mutex m_mutex;
    std::mt19937_64 m_random;
    std::shared_ptr<const FaultPlan> m_plan;
};

} // namespace longshore::sandbox
