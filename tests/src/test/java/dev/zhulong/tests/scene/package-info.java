/** Scenes: what is read, what is refused, and what is seen. */
package dev.zhulong.tests.scene;
