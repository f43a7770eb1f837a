/** Tests of the PCI function that a virtual machine sees. */
package dev.zhulong.remote.vfiouser;
