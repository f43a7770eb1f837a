/** Tests that need more than one module. */
package dev.zhulong.tests;
