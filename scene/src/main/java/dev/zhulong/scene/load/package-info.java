/** Scenes from files: glTF 2.0 as text and binary, and OBJ with MTL. */
package dev.zhulong.scene.load;
