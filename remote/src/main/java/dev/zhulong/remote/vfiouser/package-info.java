/** Devices as PCI functions of virtual machines, by the vfio-user protocol. */
package dev.zhulong.remote.vfiouser;
