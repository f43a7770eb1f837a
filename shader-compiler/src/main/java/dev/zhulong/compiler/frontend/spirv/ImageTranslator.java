package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.texel.DescriptorLayout;
import java.util.Arrays;
import java.util.function.Function;

/** Translates instructions on images, texel buffers and samplers. */
final class ImageTranslator {
  private static final Constant ZERO = Constant.i32(0);
  private static final int BIAS = 0x1;
  private static final int LOD = 0x2;
  private static final int GRADIENT = 0x4;
  private static final int CONSTANT_OFFSET = 0x8;
  private static final int OFFSET = 0x10;
  private static final int CONSTANT_OFFSETS = 0x20;
  private static final int SAMPLE = 0x40;
  private static final int MINIMUM_LOD = 0x80;

  private final Ids ids;
  private final Builder b;
  private final ValueTranslator arithmetic;

  private final MemoryTranslator memory;
  private final boolean textureUnit;

  /** Null where there are none: the implicit level of detail is 0 then. */
  private final Derivatives derivatives;

  ImageTranslator(
      Ids ids,
      Builder builder,
      ValueTranslator arithmetic,
      Derivatives derivatives,
      MemoryTranslator memory,
      boolean textureUnit) {
    this.memory = memory;
    this.textureUnit = textureUnit;
    this.ids = ids;
    this.b = builder;
    this.arithmetic = arithmetic;
    this.derivatives = derivatives;
  }

  /** The optional operands of an instruction, by the bits of a mask. */
  private record Options(
      Value bias,
      Value lod,
      Value[] dx,
      Value[] dy,
      Value[] offset,
      Value[][] offsets,
      Value sample,
      Value least) {}

  /** Translates an instruction; false if it is not one of this kind. */
  boolean translate(SpirvInstruction i) {
    switch (i.op()) {
      case SAMPLED_IMAGE ->
          ids.set(
              i.id(),
              new ResourceHandle.Sampled(
                  image(i, 0), (ResourceHandle.Sampler) ids.handle(i.operand(1))));
      case IMAGE -> ids.set(i.id(), sampled(i).image());
      case IMAGE_READ -> ids.set(i.id(), fitted(i, read(i, ZERO)));
      case IMAGE_FETCH -> {
        Value lod = options(i, 2).lod;
        ids.set(i.id(), fitted(i, read(i, lod == null ? ZERO : lod)));
      }
      case IMAGE_WRITE -> write(i);
      case IMAGE_TEXEL_POINTER -> ids.set(i.id(), pointer(i));
      case IMAGE_SAMPLE_IMPLICIT_LOD, IMAGE_SAMPLE_EXPLICIT_LOD -> sample(i, 2, false, false);
      case IMAGE_SAMPLE_DREF_IMPLICIT_LOD, IMAGE_SAMPLE_DREF_EXPLICIT_LOD ->
          sample(i, 3, false, true);
      case IMAGE_SAMPLE_PROJ_IMPLICIT_LOD, IMAGE_SAMPLE_PROJ_EXPLICIT_LOD ->
          sample(i, 2, true, false);
      case IMAGE_SAMPLE_PROJ_DREF_IMPLICIT_LOD, IMAGE_SAMPLE_PROJ_DREF_EXPLICIT_LOD ->
          sample(i, 3, true, true);
      case IMAGE_GATHER -> gather(i, null);
      case IMAGE_DREF_GATHER -> gather(i, ids.scalar(i.operand(2)));
      case IMAGE_QUERY_SIZE -> ids.set(i.id(), size(i, image(i, 0), ZERO));
      case IMAGE_QUERY_SIZE_LOD -> ids.set(i.id(), size(i, image(i, 0), ids.scalar(i.operand(1))));
      case IMAGE_QUERY_LOD -> {
        ResourceHandle.Sampled sampled = sampled(i);
        Footprint footprint = implicitFootprint(sampled, ids.value(i.operand(1)));
        ids.set(i.id(), new Sampling(b, sampled).levels(footprint.lod(b)));
      }
      case IMAGE_QUERY_LEVELS ->
          ids.set(i.id(), image(i, 0).descriptor().word(b, DescriptorLayout.LEVELS));
      case IMAGE_QUERY_FORMAT ->
          ids.set(i.id(), new ChannelQueries(b, image(i, 0).descriptor()).dataType());
      case IMAGE_QUERY_ORDER ->
          ids.set(i.id(), new ChannelQueries(b, image(i, 0).descriptor()).order());
      case IMAGE_QUERY_SAMPLES -> ids.set(i.id(), samples(image(i, 0)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private ResourceHandle.Image image(SpirvInstruction i, int operand) {
    return switch (ids.handle(i.operand(operand))) {
      case ResourceHandle.Image image -> image;
      case ResourceHandle.Sampled sampled -> sampled.image();
      case ResourceHandle.Sampler _ ->
          throw SpirvErrors.at(i.location(), "%s of a sampler", i.op());
    };
  }

  /** The image that an instruction accesses, with components as in a value's type. */
  private ResourceHandle.Image accessed(SpirvInstruction i, SpirvType value) {
    return image(i, 0).as(component(i, value));
  }

  private static SpirvType.Scalar component(SpirvInstruction i, SpirvType value) {
    SpirvType.Scalar component = Ids.component(value);
    if (component == null) {
      throw SpirvErrors.at(i.location(), "%s of something not a number", i.op());
    }
    return component;
  }

  private ResourceHandle.Sampled sampled(SpirvInstruction i) {
    if (ids.handle(i.operand(0)) instanceof ResourceHandle.Sampled sampled) {
      return sampled;
    }
    throw SpirvErrors.at(i.location(), "%s needs an image with a sampler", i.op());
  }

  private Options options(SpirvInstruction i, int at) {
    int mask = i.operands().length > at ? i.operand(at) : 0;
    int next = at + 1;
    Value bias = (mask & BIAS) != 0 ? ids.scalar(i.operand(next++)) : null;
    Value lod = (mask & LOD) != 0 ? ids.scalar(i.operand(next++)) : null;
    Value[] dx = (mask & GRADIENT) != 0 ? ids.value(i.operand(next++)) : null;
    Value[] dy = (mask & GRADIENT) != 0 ? ids.value(i.operand(next++)) : null;
    Value[] offset = (mask & (CONSTANT_OFFSET | OFFSET)) != 0 ? ids.value(i.operand(next++)) : null;
    Value[][] offsets = null;
    if ((mask & CONSTANT_OFFSETS) != 0) {
      Value[] all = ids.value(i.operand(next++));
      offsets = new Value[4][];
      for (int n = 0; n < 4; n++) {
        offsets[n] = Arrays.copyOfRange(all, 2 * n, 2 * n + 2);
      }
    }
    Value sample = (mask & SAMPLE) != 0 ? ids.scalar(i.operand(next++)) : null;
    Value least = (mask & MINIMUM_LOD) != 0 ? ids.scalar(i.operand(next)) : null;
    return new Options(bias, lod, dx, dy, offset, offsets, sample, least);
  }

  /** As many components as the result has. */
  private Value[] fitted(SpirvInstruction i, Value[] components) {
    int count = (int) ids.type(i.type()).scalars();
    Value[] made = Arrays.copyOf(components, Math.min(count, components.length));
    SpirvType.Scalar component = Ids.component(ids.type(i.type()));
    if (component != null && component.half()) {
      Arrays.setAll(made, n -> arithmetic.fit(component, made[n]));
    }
    return made;
  }

  // Texels by their indices.

  /** Where an instruction accesses an image by whole coordinates. */
  private record Place(Texels texels, Value address, Value inside) {}

  private Place place(ResourceHandle.Image image, Value[] at, Value[] offset, Value level) {
    Texels texels = new Texels(b, image);
    ImageAddress addresses = new ImageAddress(b, image, texels.bytes());
    Value levels = image.descriptor().word(b, DescriptorLayout.LEVELS);
    Value known = level == ZERO ? Constant.TRUE : b.op(LT_U, level, levels);
    Value safe = level == ZERO ? ZERO : b.op(SELECT, known, level, ZERO);
    ImageAddress.Level size = addresses.level(safe);
    Value[] c = at.clone();
    for (int n = 0; offset != null && n < offset.length; n++) {
      c[n] = b.op(ADD, c[n], offset[n]);
    }
    boolean rows = image.type().dimension() != 0 && c.length > 1;
    Value y = rows ? c[1] : ZERO;
    Value z = c.length > 2 ? c[2] : !rows && c.length > 1 ? c[1] : ZERO;
    Value inside = b.op(B_AND, known, addresses.inside(size, c[0], y, z));
    return new Place(texels, addresses.texel(size, c[0], y, z), inside);
  }

  private Value[] read(SpirvInstruction i, Value level) {
    ResourceHandle.Image image = accessed(i, ids.type(i.type()));
    image.usage().read();
    Options options = options(i, 2);
    Value[] at = sampled(image, coordinates(i), options.sample);
    Place place = place(image, at, options.offset, level);
    return Structured.choose(
        b, place.inside, () -> place.texels.load(place.address), place.texels::zeros);
  }

  /** Coordinates with that of the layer in which a sample lies. */
  private Value[] sampled(ResourceHandle.Image image, Value[] coordinates, Value sample) {
    if (!image.type().multisampled() || sample == null) {
      return coordinates;
    }
    Value[] at = Arrays.copyOf(coordinates, 3);
    boolean arrayed = image.type().arrayed();
    at[2] = arrayed ? b.op(ADD, b.op(MUL, at[2], samples(image)), sample) : sample;
    return at;
  }

  private Value samples(ResourceHandle.Image image) {
    SpirvType.Image type = image.type();
    return !type.multisampled()
        ? Constant.i32(1)
        : type.arrayed()
            ? Constant.i32(SpirvType.Image.SAMPLES)
            : image.descriptor().word(b, DescriptorLayout.DEPTH);
  }

  private Value[] coordinates(SpirvInstruction i) {
    return arithmetic.extended(
        Ids.component(ids.typeOf(i.operand(1))), ids.value(i.operand(1)), true);
  }

  private void write(SpirvInstruction i) {
    ResourceHandle.Image image = accessed(i, ids.typeOf(i.operand(2)));
    image.usage().write();
    Value[] at = sampled(image, coordinates(i), options(i, 3).sample);
    Place place = place(image, at, null, ZERO);
    Value[] texel = ids.value(i.operand(2));
    Value[] four = place.texels.zeros();
    System.arraycopy(texel, 0, four, 0, Math.min(4, texel.length));
    Value live = memory.live();
    Value written = live instanceof Constant ? place.inside : b.op(B_AND, place.inside, live);
    Structured.when(b, written, () -> place.texels.store(place.address, four));
  }

  /** The place of an atomic, which does nothing outside of the image. */
  private Pointer pointer(SpirvInstruction i) {
    if (!(ids.pointer(i.operand(0)) instanceof Pointer.Descriptors p)
        || !(p.type() instanceof SpirvType.Image type)) {
      throw SpirvErrors.at(i.location(), "%s of something not an image", i.op());
    }
    Pointer.Resource r = p.resource();
    r.usage().read();
    r.usage().write();
    var words = new ResourceHandle.Descriptor(p.base(), p.offset());
    var image = new ResourceHandle.Image(type, words, r.index(), r.readOnly(), r.usage());
    Value[] at = sampled(image, coordinates(i), ids.scalar(i.operand(2)));
    Place place = place(image, at, null, ZERO);
    Pointer.Resource texels =
        new Pointer.Resource(Space.GLOBAL, r.index(), true, false, false, r.usage(), null);
    return new Pointer.Memory(
        type.sampled(), texels, place.address, null, 0, null, 4, place.inside);
  }

  private Value[] size(SpirvInstruction i, ResourceHandle.Image image, Value level) {
    ImageAddress.Level size = new ImageAddress(b, image, Constant.i32(1)).level(level);
    SpirvType.Image type = image.type();
    boolean cube = type.dimension() == SpirvType.Image.CUBE;
    Value layers =
        cube
            ? b.op(DIV_U, size.depth(), Constant.i32(6))
            : type.multisampled() ? b.op(DIV_U, size.depth(), samples(image)) : size.depth();
    int dimensions = cube ? 2 : type.coordinates();
    Value[] all = {size.width(), size.height(), size.depth()};
    Value[] made = Arrays.copyOf(all, dimensions + (type.arrayed() ? 1 : 0));
    if (type.arrayed()) {
      made[dimensions] = layers;
    }
    ids.requireCount(i, ids.type(i.type()), made.length);
    return made;
  }

  // Samples.

  private void sample(SpirvInstruction i, int optionsAt, boolean projective, boolean compares) {
    ResourceHandle.Sampled any = sampled(i);
    ResourceHandle.Image image = any.image().as(component(i, ids.type(i.type())));
    ResourceHandle.Sampled sampled = new ResourceHandle.Sampled(image, any.sampler());
    sampled.image().usage().read();
    Options options = options(i, optionsAt);
    Value reference = compares ? ids.scalar(i.operand(2)) : null;
    Value[] at = asFloats(ids.value(i.operand(1)));
    if (projective) {
      // The divisor follows the coordinates; further components mean nothing.
      int dimensions = sampled.image().type().coordinates();
      Value factor = b.op(F_DIV, Constant.f32(1), at[dimensions]);
      at = Arrays.copyOf(at, dimensions);
      for (int n = 0; n < dimensions; n++) {
        at[n] = b.op(F_MUL, at[n], factor);
      }
      reference = compares ? b.op(F_MUL, reference, factor) : null;
    }
    Sampling sampling = new Sampling(b, sampled);
    Sampling.Sample where = where(sampled.image(), at, options.offset, reference);
    Footprint footprint = null;
    if (options.dx != null) {
      footprint = Footprint.of(b, sampled, options.dx, options.dy);
    } else if (options.lod == null) {
      footprint = implicitFootprint(sampled, at);
    }
    Value lod = footprint == null ? asFloat(options.lod) : footprint.lod(b);
    lod = options.bias == null ? lod : b.op(F_ADD, lod, options.bias);
    Value level = options.least == null ? lod : b.op(F_MAX, lod, options.least);
    UnitSampling unit = textureUnit ? UnitSampling.of(b, sampled, sampling, where) : null;
    Function<Sampling.Sample, Value[]> sample =
        unit == null ? place -> sampling.sample(place, level) : place -> unit.sample(place, level);
    Value[] components = footprint == null ? sample.apply(where) : footprint.mean(b, where, sample);
    ids.set(i.id(), fitted(i, components));
  }

  /** Kernels sample at whole coordinates too. */
  private Value[] asFloats(Value[] coordinates) {
    return Arrays.stream(coordinates).map(this::asFloat).toArray(Value[]::new);
  }

  private Value asFloat(Value lod) {
    return lod.type() == Type.F32 ? lod : b.op(S_TO_F, lod);
  }

  /** Which coordinates are within the image, and which is the layer. */
  private Sampling.Sample where(
      ResourceHandle.Image image, Value[] at, Value[] offset, Value reference) {
    SpirvType.Image type = image.type();
    boolean cube = type.dimension() == SpirvType.Image.CUBE;
    Value[] coordinates = Arrays.copyOf(at, type.coordinates());
    Value layer = null;
    if (type.arrayed()) {
      Value layers = image.descriptor().word(b, DescriptorLayout.DEPTH);
      Value count = cube ? b.op(DIV_U, layers, Constant.i32(6)) : layers;
      Value nearest = b.op(F_TO_S_NEAREST, at[type.coordinates()]);
      layer = b.op(MIN_S, b.op(MAX_S, nearest, ZERO), b.op(SUB, count, Constant.i32(1)));
    }
    if (cube) {
      Value[] face = new CubeFaces(b).face(at[0], at[1], at[2]);
      coordinates = new Value[] {face[1], face[2]};
      layer = layer == null ? face[0] : b.op(ADD, b.op(MUL, layer, Constant.i32(6)), face[0]);
    }
    return new Sampling.Sample(coordinates, layer, offset, reference);
  }

  /** What a pixel covers by what the neighbours sample. */
  private Footprint implicitFootprint(ResourceHandle.Sampled sampled, Value[] at) {
    if (derivatives == null) {
      return Footprint.POINT;
    }
    ResourceHandle.Image image = sampled.image();
    boolean cube = image.type().dimension() == SpirvType.Image.CUBE;
    Value[] place = Arrays.copyOf(at, cube ? 3 : image.type().coordinates());
    if (cube) {
      // As long as the largest coordinate is 1, as on the face.
      Value largest =
          b.op(F_MAX, b.op(F_ABS, at[0]), b.op(F_MAX, b.op(F_ABS, at[1]), b.op(F_ABS, at[2])));
      for (int n = 0; n < 3; n++) {
        place[n] = b.op(F_DIV, at[n], largest);
      }
    }
    return Footprint.of(b, sampled, derivatives.x(place), derivatives.y(place));
  }

  private void gather(SpirvInstruction i, Value reference) {
    ResourceHandle.Sampled sampled = sampled(i);
    sampled.image().usage().read();
    Options options = options(i, 3);
    int component = reference == null ? ids.constantInt(i.operand(2)) : 0;
    if (component < 0 || component > 3) {
      throw SpirvErrors.at(i.location(), "component %d is gathered; 0 to 3 exist", component);
    }
    Sampling.Sample where =
        where(sampled.image(), ids.value(i.operand(1)), options.offset, reference);
    ids.set(i.id(), new Sampling(b, sampled).gather(where, component, options.offsets));
  }
}
