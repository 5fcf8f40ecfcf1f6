"""A desktop portal that knows one setting: whether windows are to be dark. Light at first; SIGUSR1
makes it dark, and says so to who listens."""

import signal

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
GROUP, KEY = "org.freedesktop.appearance", "color-scheme"
DARK, LIGHT = 1, 2
INTERFACE = """<node><interface name="org.freedesktop.portal.Settings">
  <method name="ReadOne">
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="out"/>
  </method>
  <signal name="SettingChanged"><arg type="s"/><arg type="s"/><arg type="v"/></signal>
</interface></node>"""


class Portal:
    def __init__(self):
        self._scheme = LIGHT
        self._bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        self._bus.register_object(PATH, interface, self._called, None, None)
        Gio.bus_own_name_on_connection(self._bus, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, self._darken)

    def _called(self, _bus, _sender, _path, _interface, _method, arguments, invocation):
        if arguments.unpack() == (GROUP, KEY):
            invocation.return_value(
                GLib.Variant("(v)", (GLib.Variant("u", self._scheme),)))
        else:
            invocation.return_dbus_error(f"{NAME}.Error.NotFound", "There is no such setting.")

    def _darken(self):
        self._scheme = DARK
        self._bus.emit_signal(None, PATH, "org.freedesktop.portal.Settings", "SettingChanged",
                              GLib.Variant("(ssv)", (GROUP, KEY, GLib.Variant("u", DARK))))
        return GLib.SOURCE_CONTINUE


if __name__ == "__main__":
    portal = Portal()
    GLib.MainLoop().run()
