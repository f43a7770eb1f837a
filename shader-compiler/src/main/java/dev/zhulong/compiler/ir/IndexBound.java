package dev.zhulong.compiler.ir;

/**
 * What an index is held against: the elements of an array of fixed length, or those that a buffer's
 * size leaves for its last member.
 *
 * @param id number of the check in its kernel, in the order of translation
 * @param sizeOffset place of the buffer's size in the argument block, or −1 where it is not one
 *     place
 * @param arrayOffset byte offset of the array in the buffer
 * @param stride bytes of an element
 * @param count length of an array of fixed length, or −1
 */
public record IndexBound(int id, int sizeOffset, int arrayOffset, int stride, long count) {
  /** The numbers, separated by spaces. */
  public String text() {
    return id + " " + sizeOffset + " " + arrayOffset + " " + stride + " " + count;
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is not of this form
   */
  public static IndexBound of(String text) {
    String[] f = text.split(" ");
    if (f.length != 5) {
      throw new IllegalArgumentException("\"" + text + "\" is no bound of an index");
    }
    return new IndexBound(
        Integer.parseInt(f[0]),
        Integer.parseInt(f[1]),
        Integer.parseInt(f[2]),
        Integer.parseInt(f[3]),
        Long.parseLong(f[4]));
  }
}
