package dev.zhulong.amber;

import java.util.List;

/**
 * Where the numbers of one element of a buffer lie, in the order in which scripts write them.
 *
 * @param places one for each number; empty for a format whose components are not whole bytes
 * @param stride bytes from one element to the next
 */
record ElementLayout(List<Place> places, int stride) {
  /**
   * One number.
   *
   * @param offset bytes from the element's start
   * @param type its type
   */
  record Place(int offset, ScalarType type) {}

  ElementLayout {
    places = List.copyOf(places);
  }

  /** The place of a number, counted over all elements, from the first element's start on. */
  Place place(int number) {
    Place place = places.get(number % places.size());
    return new Place(number / places.size() * stride + place.offset, place.type);
  }

  /** Bytes from the first element's start to the end of so many numbers. */
  int extent(int numbers) {
    int end = 0;
    for (int n = Math.max(0, numbers - places.size()); n < numbers; n++) {
      end = Math.max(end, place(n).offset + place(n).type.bytes());
    }
    return end;
  }
}
