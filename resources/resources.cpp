#include "resources/resources.h"

#include <QtGlobal>

// The macro declares a function that is in no namespace, so it can't stand within one.
static void registerIcons()
{
    Q_INIT_RESOURCE(icons);
}

namespace longshore {

void initResources()
{
    registerIcons();
}

} // namespace longshore
