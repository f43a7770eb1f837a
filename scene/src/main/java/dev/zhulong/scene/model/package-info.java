/**
 * A scene in the host's memory: right-handed, y up, in metres, as glTF has it.
 *
 * <p>Vectors are arrays of floats; a matrix is 16 floats, column by column.
 */
package dev.zhulong.scene.model;
