package dev.zhulong.compiler.frontend.stages;

/**
 * A scalar or vector that a stage takes in or gives out by location; matrices, arrays and structs
 * are several. A component of 64 bits counts as two scalars, its low word first; others have a word
 * each, which holds a float of 32 bits or an integer that is extended to so many.
 *
 * @param location its location
 * @param component its first component in the location
 * @param index which source of a blend it is: 0, or 1 with dual-source blending
 * @param components how many scalars, 1 to 4
 * @param kind of what kind
 * @param interpolation how a fragment shader's input is made of the vertices' outputs
 * @param place where in the pixel
 */
public record StageVariable(
    int location,
    int component,
    int index,
    int components,
    Kind kind,
    Interpolation interpolation,
    Place place) {
  /** Kinds of scalars. */
  public enum Kind {
    /** A float. */
    FLOAT,
    /** A signed integer. */
    SIGNED,
    /** An unsigned integer. */
    UNSIGNED,
    /** A truth value; only built-in variables are. */
    BOOL
  }

  /** Where in a pixel of several samples an input is taken. */
  public enum Place {
    /** At the pixel's centre. */
    CENTER,
    /** At a place that the primitive covers. */
    CENTROID,
    /** At each sample. */
    SAMPLE
  }

  /** How values between the vertices are made. */
  public enum Interpolation {
    /** Correct in perspective. */
    SMOOTH,
    /** Linear on the screen. */
    LINEAR,
    /** That of the provoking vertex. */
    FLAT
  }

  /** Some of its scalars. */
  StageVariable part(int newLocation, int newComponent, int newComponents) {
    return new StageVariable(
        newLocation, newComponent, index, newComponents, kind, interpolation, place);
  }
}
