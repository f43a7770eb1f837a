/** Devices served to others. */
package dev.zhulong.tests.remote;
