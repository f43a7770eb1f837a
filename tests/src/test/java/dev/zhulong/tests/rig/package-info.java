/** Tests in virtual machines, on PCI devices. */
package dev.zhulong.tests.rig;
