/** Render pipelines on the simulated devices. */
package dev.zhulong.tests.graphics;
