/**
 * Devices over the network. A {@link dev.zhulong.remote.DeviceServer} gives each client a device of
 * its own: registers, a slice of memory, and private copies of what all clients have at the same
 * addresses. The device itself does one client's launch at a time.
 *
 * <p>What a client sends is read by the network's threads into its {@code Inbox}; the {@code
 * DeviceLoop}'s thread alone touches the device and the clients' states. The protocol is in
 * docs/remote.md.
 */
package dev.zhulong.remote;
