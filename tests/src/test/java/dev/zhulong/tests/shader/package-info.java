/** Shaders from source to results on the functional simulator. */
package dev.zhulong.tests.shader;
