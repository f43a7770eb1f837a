/**
 * Pictures as they are made, in a browser's window on the same machine.
 *
 * <p>{@code GET /} is the page, {@code GET /frames} becomes a WebSocket. A frame is two messages: a
 * text in JSON with its number, size and cycles, and its PNG file as bytes. The page sends {@code
 * mouse X Y DOWN}, in pixels from the lower left.
 */
package dev.zhulong.scene.view;
