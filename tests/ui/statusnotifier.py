"""The tray of a desktop that knows StatusNotifierItem: its watcher and host, on the bus."""

import threading

from gi.repository import Gio, GLib

from processes import NotYet, wait_until

WATCHER = "org.kde.StatusNotifierWatcher"
WATCHER_PATH = "/StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
CALL_MS = 10_000

INTERFACE = f"""<node><interface name="{WATCHER}">
  <method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
  <method name="RegisterStatusNotifierHost"><arg type="s" direction="in"/></method>
  <property name="RegisteredStatusNotifierItems" type="as" access="read"/>
  <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
  <property name="ProtocolVersion" type="i" access="read"/>
  <signal name="StatusNotifierItemRegistered"><arg type="s"/></signal>
  <signal name="StatusNotifierHostRegistered"/>
</interface></node>"""


class StatusNotifierTray:
    """Takes what programs register. Works on a thread of its own until it is closed."""

    def __init__(self, address):
        self.owners = []
        self._context = GLib.MainContext()
        self._loop = GLib.MainLoop(self._context)
        self._address = address
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        wait_until(self._ready.is_set, "the watcher on the bus")

    def _run(self):
        self._context.push_thread_default()
        self._bus = connect(self._address)
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        self._bus.register_object(WATCHER_PATH, interface, self._on_call, self._on_get, None)
        self._bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
                            GLib.Variant("(su)", (WATCHER, 0)), None, Gio.DBusCallFlags.NONE,
                            CALL_MS, None)
        self._ready.set()
        self._loop.run()
        self._bus.close_sync(None)

    def _on_call(self, _bus, sender, _path, _interface, method, arguments, invocation):
        if method == "RegisterStatusNotifierItem":
            self.owners.append(sender)
            self._bus.emit_signal(None, WATCHER_PATH, WATCHER, "StatusNotifierItemRegistered",
                                  arguments)
        invocation.return_value(None)

    def _on_get(self, _bus, _sender, _path, _interface, name):
        return {"RegisteredStatusNotifierItems": GLib.Variant("as", self.owners),
                "IsStatusNotifierHostRegistered": GLib.Variant("b", True),
                "ProtocolVersion": GLib.Variant("i", 0)}[name]

    def close(self):
        """The tray goes, as that of a desktop that restarts."""
        if self._thread.is_alive():
            self._loop.quit()
            self._thread.join()


class StatusNotifierItem:
    """A program's icon, seen from a host."""

    def __init__(self, bus, owner):
        self._bus = bus
        self._owner = owner

    def _call(self, path, interface, method, arguments=None):
        try:
            return self._bus.call_sync(self._owner, path, interface, method, arguments, None,
                                       Gio.DBusCallFlags.NONE, CALL_MS, None).unpack()
        except GLib.Error as error:
            raise NotYet(error.message) from error

    def get(self, name):
        return self._call("/StatusNotifierItem", "org.freedesktop.DBus.Properties", "Get",
                          GLib.Variant("(ss)", (ITEM, name)))[0]

    def activate(self):
        """As a click does."""
        self._call("/StatusNotifierItem", ITEM, "Activate", GLib.Variant("(ii)", (0, 0)))

    def menu(self):
        """The entries' texts without the keys' marks, and their numbers; separators left out."""
        path = self.get("Menu")
        self._call(path, MENU, "AboutToShow", GLib.Variant("(i)", (0,)))
        _, (_, _, children) = self._call(path, MENU, "GetLayout",
                                         GLib.Variant("(iias)", (0, -1, [])))
        return {properties["label"].replace("_", ""): number
                for number, properties, _ in children if "label" in properties}

    def choose(self, label):
        """An entry of the menu."""
        self._call(self.get("Menu"), MENU, "Event", GLib.Variant(
            "(isvu)", (self.menu()[label], "clicked", GLib.Variant("i", 0), 0)))


def connect(address):
    """A connection of one's own to a bus."""
    return Gio.DBusConnection.new_for_address_sync(
        address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
        | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
