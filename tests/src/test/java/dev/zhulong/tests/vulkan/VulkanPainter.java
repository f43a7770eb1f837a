package dev.zhulong.tests.vulkan;

import static org.lwjgl.util.shaderc.Shaderc.*;
import static org.lwjgl.vulkan.VK13.*;

import dev.zhulong.graphics.BlendState;
import dev.zhulong.graphics.StencilFace;
import dev.zhulong.hal.Sampler;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkApplicationInfo;
import org.lwjgl.vulkan.VkBufferCreateInfo;
import org.lwjgl.vulkan.VkBufferImageCopy;
import org.lwjgl.vulkan.VkClearValue;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferAllocateInfo;
import org.lwjgl.vulkan.VkCommandBufferBeginInfo;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkDescriptorBufferInfo;
import org.lwjgl.vulkan.VkDescriptorImageInfo;
import org.lwjgl.vulkan.VkDescriptorPoolCreateInfo;
import org.lwjgl.vulkan.VkDescriptorPoolSize;
import org.lwjgl.vulkan.VkDescriptorSetAllocateInfo;
import org.lwjgl.vulkan.VkDescriptorSetLayoutBinding;
import org.lwjgl.vulkan.VkDescriptorSetLayoutCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkDeviceCreateInfo;
import org.lwjgl.vulkan.VkDeviceQueueCreateInfo;
import org.lwjgl.vulkan.VkExtent3D;
import org.lwjgl.vulkan.VkGraphicsPipelineCreateInfo;
import org.lwjgl.vulkan.VkImageCreateInfo;
import org.lwjgl.vulkan.VkImageMemoryBarrier;
import org.lwjgl.vulkan.VkImageSubresourceRange;
import org.lwjgl.vulkan.VkImageViewCreateInfo;
import org.lwjgl.vulkan.VkInstance;
import org.lwjgl.vulkan.VkInstanceCreateInfo;
import org.lwjgl.vulkan.VkMemoryAllocateInfo;
import org.lwjgl.vulkan.VkMemoryRequirements;
import org.lwjgl.vulkan.VkPhysicalDevice;
import org.lwjgl.vulkan.VkPhysicalDeviceFeatures;
import org.lwjgl.vulkan.VkPhysicalDeviceProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceVulkan13Features;
import org.lwjgl.vulkan.VkPipelineColorBlendAttachmentState;
import org.lwjgl.vulkan.VkPipelineColorBlendStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineDepthStencilStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineInputAssemblyStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineLayoutCreateInfo;
import org.lwjgl.vulkan.VkPipelineMultisampleStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineRasterizationStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineRenderingCreateInfo;
import org.lwjgl.vulkan.VkPipelineShaderStageCreateInfo;
import org.lwjgl.vulkan.VkPipelineVertexInputStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineViewportStateCreateInfo;
import org.lwjgl.vulkan.VkQueue;
import org.lwjgl.vulkan.VkRect2D;
import org.lwjgl.vulkan.VkRenderingAttachmentInfo;
import org.lwjgl.vulkan.VkRenderingInfo;
import org.lwjgl.vulkan.VkSamplerCreateInfo;
import org.lwjgl.vulkan.VkShaderModuleCreateInfo;
import org.lwjgl.vulkan.VkStencilOpState;
import org.lwjgl.vulkan.VkSubmitInfo;
import org.lwjgl.vulkan.VkVertexInputAttributeDescription;
import org.lwjgl.vulkan.VkVertexInputBindingDescription;
import org.lwjgl.vulkan.VkViewport;
import org.lwjgl.vulkan.VkWriteDescriptorSet;

/** Draws with a Vulkan implementation in software. */
final class VulkanPainter implements AutoCloseable {
  private static final int ALL = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
  private static final int ANY = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT;
  private static final int VISIBLE =
      VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;

  /** An image with its view. */
  private record Image(long handle, long view, int aspect) {}

  /** A buffer with its memory. */
  private record Memory(long buffer, long memory, long size) {}

  private final VkInstance instance;
  private final VkDevice device;
  private final VkQueue queue;
  private final long pool;
  private final String description;

  /** What one drawing made, to be undone in reverse. */
  private final Deque<Runnable> undo = new ArrayDeque<>();

  private VulkanPainter(VkInstance instance, VkPhysicalDevice physical, MemoryStack stack) {
    this.instance = instance;
    VkPhysicalDeviceProperties properties = VkPhysicalDeviceProperties.malloc(stack);
    vkGetPhysicalDeviceProperties(physical, properties);
    description = properties.deviceNameString();
    VkPhysicalDeviceFeatures features =
        VkPhysicalDeviceFeatures.calloc(stack)
            .fillModeNonSolid(true)
            .wideLines(true)
            .largePoints(true)
            .dualSrcBlend(true)
            .logicOp(true)
            .independentBlend(true)
            .depthClamp(true)
            .shaderClipDistance(true)
            .shaderCullDistance(true)
            .imageCubeArray(true);
    VkPhysicalDeviceVulkan13Features newer =
        VkPhysicalDeviceVulkan13Features.calloc(stack).sType$Default().dynamicRendering(true);
    VkDeviceQueueCreateInfo.Buffer queues =
        VkDeviceQueueCreateInfo.calloc(1, stack).sType$Default().pQueuePriorities(stack.floats(1));
    PointerBuffer pointer = stack.mallocPointer(1);
    check(
        vkCreateDevice(
            physical,
            VkDeviceCreateInfo.calloc(stack)
                .sType$Default()
                .pNext(newer)
                .pQueueCreateInfos(queues)
                .pEnabledFeatures(features),
            null,
            pointer));
    device =
        new VkDevice(
            pointer.get(0),
            physical,
            VkDeviceCreateInfo.calloc(stack).sType$Default().pQueueCreateInfos(queues),
            VK_API_VERSION_1_3);
    vkGetDeviceQueue(device, 0, 0, pointer);
    queue = new VkQueue(pointer.get(0), device);
    LongBuffer made = stack.mallocLong(1);
    check(
        vkCreateCommandPool(
            device, VkCommandPoolCreateInfo.calloc(stack).sType$Default(), null, made));
    pool = made.get(0);
  }

  /** The first device that is a processor, or null if this machine has none. */
  static VulkanPainter open() {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer pointer = stack.mallocPointer(1);
      VkInstanceCreateInfo info =
          VkInstanceCreateInfo.calloc(stack)
              .sType$Default()
              .pApplicationInfo(
                  VkApplicationInfo.calloc(stack).sType$Default().apiVersion(VK_API_VERSION_1_3));
      if (vkCreateInstance(info, null, pointer) != VK_SUCCESS) {
        return null;
      }
      VkInstance instance = new VkInstance(pointer.get(0), info);
      IntBuffer count = stack.mallocInt(1);
      vkEnumeratePhysicalDevices(instance, count, null);
      PointerBuffer all = stack.mallocPointer(Math.max(1, count.get(0)));
      vkEnumeratePhysicalDevices(instance, count, all);
      for (int n = 0; n < count.get(0); n++) {
        VkPhysicalDevice physical = new VkPhysicalDevice(all.get(n), instance);
        VkPhysicalDeviceProperties properties = VkPhysicalDeviceProperties.malloc(stack);
        vkGetPhysicalDeviceProperties(physical, properties);
        if (properties.deviceType() == VK_PHYSICAL_DEVICE_TYPE_CPU) {
          return new VulkanPainter(instance, physical, stack);
        }
      }
      vkDestroyInstance(instance, null);
      return null;
    } catch (UnsatisfiedLinkError e) {
      return null;
    }
  }

  String description() {
    return description;
  }

  private static void check(int result) {
    if (result != VK_SUCCESS) {
      throw new IllegalStateException("Vulkan answers " + result);
    }
  }

  /** The number of one of Vulkan's formats. */
  static int format(String name) {
    try {
      return (int) org.lwjgl.vulkan.VK10.class.getField("VK_FORMAT_" + name).get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("no format " + name, e);
    }
  }

  private static byte[] spirv(String text, boolean vertex) {
    long compiler = shaderc_compiler_initialize();
    long options = shaderc_compile_options_initialize();
    shaderc_compile_options_set_target_env(
        options, shaderc_target_env_vulkan, shaderc_env_version_vulkan_1_1);
    long result =
        shaderc_compile_into_spv(
            compiler,
            text,
            vertex ? shaderc_vertex_shader : shaderc_fragment_shader,
            "shader",
            "main",
            options);
    if (shaderc_result_get_compilation_status(result) != 0) {
      throw new IllegalArgumentException(shaderc_result_get_error_message(result));
    }
    ByteBuffer words = shaderc_result_get_bytes(result);
    byte[] bytes = new byte[words.remaining()];
    words.get(bytes);
    shaderc_result_release(result);
    shaderc_compile_options_release(options);
    shaderc_compiler_release(compiler);
    return bytes;
  }

  /** All of this implementation's memory is the host's. */
  private long allocate(VkMemoryRequirements needs, MemoryStack stack) {
    LongBuffer made = stack.mallocLong(1);
    var properties = org.lwjgl.vulkan.VkPhysicalDeviceMemoryProperties.malloc(stack);
    vkGetPhysicalDeviceMemoryProperties(device.getPhysicalDevice(), properties);
    int type = 0;
    while ((needs.memoryTypeBits() >> type & 1) == 0
        || (properties.memoryTypes(type).propertyFlags() & VISIBLE) != VISIBLE) {
      type++;
    }
    check(
        vkAllocateMemory(
            device,
            VkMemoryAllocateInfo.calloc(stack)
                .sType$Default()
                .allocationSize(needs.size())
                .memoryTypeIndex(type),
            null,
            made));
    long memory = made.get(0);
    undo.push(() -> vkFreeMemory(device, memory, null));
    return memory;
  }

  private Memory buffer(byte[] contents, long size, MemoryStack outer) {
    try (MemoryStack stack = outer.push()) {
      LongBuffer made = stack.mallocLong(1);
      check(
          vkCreateBuffer(
              device,
              VkBufferCreateInfo.calloc(stack)
                  .sType$Default()
                  .size(size)
                  .usage(
                      VK_BUFFER_USAGE_TRANSFER_SRC_BIT
                          | VK_BUFFER_USAGE_TRANSFER_DST_BIT
                          | VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT
                          | VK_BUFFER_USAGE_VERTEX_BUFFER_BIT
                          | VK_BUFFER_USAGE_INDEX_BUFFER_BIT),
              null,
              made));
      long buffer = made.get(0);
      VkMemoryRequirements needs = VkMemoryRequirements.malloc(stack);
      vkGetBufferMemoryRequirements(device, buffer, needs);
      long memory = allocate(needs, stack);
      undo.push(() -> vkDestroyBuffer(device, buffer, null));
      check(vkBindBufferMemory(device, buffer, memory, 0));
      if (contents != null) {
        PointerBuffer at = stack.mallocPointer(1);
        check(vkMapMemory(device, memory, 0, size, 0, at));
        MemoryUtil.memByteBuffer(at.get(0), (int) size).put(contents);
        vkUnmapMemory(device, memory);
      }
      return new Memory(buffer, memory, size);
    }
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * values.length).order(java.nio.ByteOrder.nativeOrder());
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static byte[] bytes(int[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * values.length).order(java.nio.ByteOrder.nativeOrder());
    bytes.asIntBuffer().put(values);
    return bytes.array();
  }

  private Image image(
      int format,
      Drawing.View view,
      int[] size,
      int levels,
      int usage,
      int aspect,
      MemoryStack outer) {
    try (MemoryStack stack = outer.push()) {
      boolean volume = view == Drawing.View.D3;
      boolean flat = view == Drawing.View.D1 || view == Drawing.View.D1_ARRAY;
      boolean cube = view == Drawing.View.CUBE || view == Drawing.View.CUBE_ARRAY;
      LongBuffer made = stack.mallocLong(1);
      check(
          vkCreateImage(
              device,
              VkImageCreateInfo.calloc(stack)
                  .sType$Default()
                  .flags(cube ? VK_IMAGE_CREATE_CUBE_COMPATIBLE_BIT : 0)
                  .imageType(volume ? VK_IMAGE_TYPE_3D : flat ? VK_IMAGE_TYPE_1D : VK_IMAGE_TYPE_2D)
                  .format(format)
                  .extent(VkExtent3D.calloc(stack).set(size[0], size[1], volume ? size[2] : 1))
                  .mipLevels(levels)
                  .arrayLayers(volume ? 1 : size[2])
                  .samples(VK_SAMPLE_COUNT_1_BIT)
                  .tiling(VK_IMAGE_TILING_OPTIMAL)
                  .usage(usage),
              null,
              made));
      long handle = made.get(0);
      VkMemoryRequirements needs = VkMemoryRequirements.malloc(stack);
      vkGetImageMemoryRequirements(device, handle, needs);
      long memory = allocate(needs, stack);
      undo.push(() -> vkDestroyImage(device, handle, null));
      check(vkBindImageMemory(device, handle, memory, 0));
      int kind =
          switch (view) {
            case D1 -> VK_IMAGE_VIEW_TYPE_1D;
            case D2 -> VK_IMAGE_VIEW_TYPE_2D;
            case D3 -> VK_IMAGE_VIEW_TYPE_3D;
            case CUBE -> VK_IMAGE_VIEW_TYPE_CUBE;
            case D1_ARRAY -> VK_IMAGE_VIEW_TYPE_1D_ARRAY;
            case D2_ARRAY -> VK_IMAGE_VIEW_TYPE_2D_ARRAY;
            case CUBE_ARRAY -> VK_IMAGE_VIEW_TYPE_CUBE_ARRAY;
          };
      check(
          vkCreateImageView(
              device,
              VkImageViewCreateInfo.calloc(stack)
                  .sType$Default()
                  .image(handle)
                  .viewType(kind)
                  .format(format)
                  .subresourceRange(
                      VkImageSubresourceRange.calloc(stack)
                          .set(aspect, 0, VK_REMAINING_MIP_LEVELS, 0, VK_REMAINING_ARRAY_LAYERS)),
              null,
              made));
      long seen = made.get(0);
      undo.push(() -> vkDestroyImageView(device, seen, null));
      return new Image(handle, seen, aspect);
    }
  }

  private void barrier(VkCommandBuffer commands, Image image, int from, int to, MemoryStack outer) {
    try (MemoryStack stack = outer.push()) {
      vkCmdPipelineBarrier(
          commands,
          ALL,
          ALL,
          0,
          null,
          null,
          VkImageMemoryBarrier.calloc(1, stack)
              .sType$Default()
              .srcAccessMask(ANY)
              .dstAccessMask(ANY)
              .oldLayout(from)
              .newLayout(to)
              .image(image.handle())
              .subresourceRange(
                  range ->
                      range.set(
                          image.aspect(),
                          0,
                          VK_REMAINING_MIP_LEVELS,
                          0,
                          VK_REMAINING_ARRAY_LAYERS)));
    }
  }

  private long sampler(Sampler s, MemoryStack outer) {
    try (MemoryStack stack = outer.push()) {
      LongBuffer made = stack.mallocLong(1);
      boolean compares = s.compare() != Sampler.Compare.NEVER;
      check(
          vkCreateSampler(
              device,
              VkSamplerCreateInfo.calloc(stack)
                  .sType$Default()
                  .magFilter(s.magnification().ordinal())
                  .minFilter(s.minification().ordinal())
                  .mipmapMode(s.levels().ordinal())
                  .addressModeU(s.u().ordinal())
                  .addressModeV(s.v().ordinal())
                  .addressModeW(s.w().ordinal())
                  .mipLodBias(s.lodBias())
                  .minLod(s.minimumLod())
                  .maxLod(s.maximumLod())
                  .compareEnable(compares)
                  .compareOp(s.compare().ordinal())
                  .borderColor(
                      s.border()[0] == 0
                          ? s.border()[3] == 0
                              ? VK_BORDER_COLOR_FLOAT_TRANSPARENT_BLACK
                              : VK_BORDER_COLOR_FLOAT_OPAQUE_BLACK
                          : VK_BORDER_COLOR_FLOAT_OPAQUE_WHITE),
              null,
              made));
      long sampler = made.get(0);
      undo.push(() -> vkDestroySampler(device, sampler, null));
      return sampler;
    }
  }

  private long module(String text, boolean vertex, MemoryStack stack) {
    byte[] words = spirv(text, vertex);
    ByteBuffer code = MemoryUtil.memAlloc(words.length).put(words).flip();
    LongBuffer made = stack.mallocLong(1);
    check(
        vkCreateShaderModule(
            device,
            VkShaderModuleCreateInfo.calloc(stack).sType$Default().pCode(code),
            null,
            made));
    MemoryUtil.memFree(code);
    long module = made.get(0);
    undo.push(() -> vkDestroyShaderModule(device, module, null));
    return module;
  }

  private static void fill(VkStencilOpState to, StencilFace face) {
    to.failOp(face.fail().ordinal())
        .passOp(face.pass().ordinal())
        .depthFailOp(face.depthFail().ordinal())
        .compareOp(face.compare().ordinal())
        .compareMask(face.compareMask())
        .writeMask(face.writeMask())
        .reference(face.reference());
  }

  private long pipeline(Drawing d, long layout, MemoryStack outer) {
    try (MemoryStack stack = outer.push()) {
      VkPipelineShaderStageCreateInfo.Buffer stages =
          VkPipelineShaderStageCreateInfo.calloc(2, stack);
      for (int n = 0; n < 2; n++) {
        stages
            .get(n)
            .sType$Default()
            .stage(n == 0 ? VK_SHADER_STAGE_VERTEX_BIT : VK_SHADER_STAGE_FRAGMENT_BIT)
            .module(module(n == 0 ? d.vertex : d.fragment, n == 0, stack))
            .pName(stack.UTF8("main"));
      }
      VkVertexInputBindingDescription.Buffer bindings =
          VkVertexInputBindingDescription.calloc(d.vertices.size(), stack);
      int number = d.vertices.stream().mapToInt(v -> v.widths().length).sum();
      VkVertexInputAttributeDescription.Buffer attributes =
          VkVertexInputAttributeDescription.calloc(number, stack);
      int next = 0;
      for (int b = 0; b < d.vertices.size(); b++) {
        Drawing.Vertices v = d.vertices.get(b);
        bindings.get(b).set(b, v.stride(), v.perInstance() ? 1 : 0);
        int at = 0;
        for (int n = 0; n < v.widths().length; n++) {
          attributes
              .get(next++)
              .set(v.firstLocation() + n, b, format(OwnPainter.format(v.widths()[n])), at);
          at += 4 * v.widths()[n];
        }
      }
      VkPipelineColorBlendAttachmentState.Buffer blends =
          VkPipelineColorBlendAttachmentState.calloc(d.targets.size(), stack);
      for (int n = 0; n < d.targets.size(); n++) {
        blends.get(n).colorWriteMask(d.writeMask);
        BlendState b = d.blend;
        if (b != null) {
          blends
              .get(n)
              .blendEnable(true)
              .srcColorBlendFactor(b.sourceColor().ordinal())
              .dstColorBlendFactor(b.destinationColor().ordinal())
              .colorBlendOp(b.colorOp().ordinal())
              .srcAlphaBlendFactor(b.sourceAlpha().ordinal())
              .dstAlphaBlendFactor(b.destinationAlpha().ordinal())
              .alphaBlendOp(b.alphaOp().ordinal());
        }
      }
      VkPipelineDepthStencilStateCreateInfo deep =
          VkPipelineDepthStencilStateCreateInfo.calloc(stack).sType$Default();
      VkPipelineRasterizationStateCreateInfo raster =
          VkPipelineRasterizationStateCreateInfo.calloc(stack)
              .sType$Default()
              .depthClampEnable(d.depthClamp)
              .polygonMode(d.polygon.ordinal())
              .cullMode(d.cull.ordinal())
              .frontFace(d.clockwise ? 1 : 0)
              .lineWidth(d.lineWidth);
      IntBuffer colors = stack.mallocInt(d.targets.size());
      for (int n = 0; n < d.targets.size(); n++) {
        colors.put(n, format(d.targets.get(n)));
      }
      VkPipelineRenderingCreateInfo rendering =
          VkPipelineRenderingCreateInfo.calloc(stack)
              .sType$Default()
              .colorAttachmentCount(d.targets.size())
              .pColorAttachmentFormats(colors);
      if (d.depth != null) {
        deep.depthTestEnable(d.depth.test())
            .depthWriteEnable(d.depth.write())
            .depthCompareOp(d.depth.compare().ordinal())
            .stencilTestEnable(d.depth.stencil());
        fill(deep.front(), d.depth.front());
        fill(deep.back(), d.depth.back());
        raster
            .depthBiasEnable(d.depth.bias() != 0 || d.depth.slopeBias() != 0)
            .depthBiasConstantFactor(d.depth.bias())
            .depthBiasSlopeFactor(d.depth.slopeBias());
        int own = format(d.depth.format().name());
        rendering.depthAttachmentFormat(d.depth.format().hasDepth() ? own : 0);
        rendering.stencilAttachmentFormat(d.depth.format().hasStencil() ? own : 0);
      }
      VkViewport.Buffer viewport = VkViewport.calloc(1, stack);
      float[] v = d.viewport;
      viewport.get(0).set(v[0], v[1], v[2], v[3], v[4], v[5]);
      VkRect2D.Buffer scissor = VkRect2D.calloc(1, stack);
      scissor.get(0).offset().set(d.scissor[0], d.scissor[1]);
      scissor.get(0).extent().set(d.scissor[2], d.scissor[3]);
      VkGraphicsPipelineCreateInfo.Buffer info = VkGraphicsPipelineCreateInfo.calloc(1, stack);
      info.get(0)
          .sType$Default()
          .pNext(rendering)
          .pStages(stages)
          .pVertexInputState(
              VkPipelineVertexInputStateCreateInfo.calloc(stack)
                  .sType$Default()
                  .pVertexBindingDescriptions(bindings)
                  .pVertexAttributeDescriptions(attributes))
          .pInputAssemblyState(
              VkPipelineInputAssemblyStateCreateInfo.calloc(stack)
                  .sType$Default()
                  .topology(d.topology.ordinal())
                  .primitiveRestartEnable(d.restart))
          .pViewportState(
              VkPipelineViewportStateCreateInfo.calloc(stack)
                  .sType$Default()
                  .viewportCount(1)
                  .pViewports(viewport)
                  .scissorCount(1)
                  .pScissors(scissor))
          .pRasterizationState(raster)
          .pMultisampleState(
              VkPipelineMultisampleStateCreateInfo.calloc(stack)
                  .sType$Default()
                  .rasterizationSamples(VK_SAMPLE_COUNT_1_BIT))
          .pDepthStencilState(deep)
          .pColorBlendState(
              VkPipelineColorBlendStateCreateInfo.calloc(stack)
                  .sType$Default()
                  .logicOpEnable(d.logic != null)
                  .logicOp(d.logic == null ? 0 : d.logic.ordinal())
                  .pAttachments(blends)
                  .blendConstants(0, d.constant[0])
                  .blendConstants(1, d.constant[1])
                  .blendConstants(2, d.constant[2])
                  .blendConstants(3, d.constant[3]))
          .layout(layout);
      LongBuffer made = stack.mallocLong(1);
      check(vkCreateGraphicsPipelines(device, VK_NULL_HANDLE, info, null, made));
      long pipeline = made.get(0);
      undo.push(() -> vkDestroyPipeline(device, pipeline, null));
      return pipeline;
    }
  }

  private static void clear(VkClearValue to, String format, double[] color) {
    for (int n = 0; n < 4; n++) {
      if (format.endsWith("UINT") || format.endsWith("SINT")) {
        to.color().int32(n, (int) color[n]);
      } else {
        to.color().float32(n, (float) color[n]);
      }
    }
  }

  /** The texels of the attachments. */
  List<byte[]> draw(Drawing d) {
    try (MemoryStack stack = MemoryStack.create(1 << 20).push()) {
      return draw(d, stack);
    } finally {
      vkDeviceWaitIdle(device);
      while (!undo.isEmpty()) {
        undo.pop().run();
      }
    }
  }

  private long[] descriptors(Drawing d, List<Image> textures, MemoryStack stack) {
    int bindings = d.textures.size() + 1;
    VkDescriptorSetLayoutBinding.Buffer own = VkDescriptorSetLayoutBinding.calloc(bindings, stack);
    for (int n = 0; n < bindings; n++) {
      own.get(n)
          .binding(n)
          .descriptorCount(1)
          .descriptorType(
              n == 0
                  ? VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER
                  : VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER)
          .stageFlags(VK_SHADER_STAGE_ALL_GRAPHICS);
    }
    LongBuffer made = stack.mallocLong(1);
    check(
        vkCreateDescriptorSetLayout(
            device,
            VkDescriptorSetLayoutCreateInfo.calloc(stack).sType$Default().pBindings(own),
            null,
            made));
    long setLayout = made.get(0);
    undo.push(() -> vkDestroyDescriptorSetLayout(device, setLayout, null));
    check(
        vkCreatePipelineLayout(
            device,
            VkPipelineLayoutCreateInfo.calloc(stack)
                .sType$Default()
                .pSetLayouts(stack.longs(setLayout)),
            null,
            made));
    long layout = made.get(0);
    undo.push(() -> vkDestroyPipelineLayout(device, layout, null));
    VkDescriptorPoolSize.Buffer sizes = VkDescriptorPoolSize.calloc(2, stack);
    sizes.get(0).set(VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, 1);
    sizes.get(1).set(VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, bindings);
    check(
        vkCreateDescriptorPool(
            device,
            VkDescriptorPoolCreateInfo.calloc(stack).sType$Default().maxSets(1).pPoolSizes(sizes),
            null,
            made));
    long sets = made.get(0);
    undo.push(() -> vkDestroyDescriptorPool(device, sets, null));
    check(
        vkAllocateDescriptorSets(
            device,
            VkDescriptorSetAllocateInfo.calloc(stack)
                .sType$Default()
                .descriptorPool(sets)
                .pSetLayouts(stack.longs(setLayout)),
            made));
    long set = made.get(0);
    float[] uniforms = d.uniforms == null ? new float[4] : d.uniforms;
    Memory block = buffer(bytes(uniforms), 4L * uniforms.length, stack);
    VkWriteDescriptorSet.Buffer writes = VkWriteDescriptorSet.calloc(bindings, stack);
    for (int n = 0; n < bindings; n++) {
      writes.get(n).sType$Default().dstSet(set).dstBinding(n).descriptorCount(1);
      if (n == 0) {
        writes
            .get(n)
            .descriptorType(VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER)
            .pBufferInfo(
                VkDescriptorBufferInfo.calloc(1, stack).buffer(block.buffer()).range(block.size()));
      } else {
        writes
            .get(n)
            .descriptorType(VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER)
            .pImageInfo(
                VkDescriptorImageInfo.calloc(1, stack)
                    .sampler(sampler(d.textures.get(n - 1).sampler(), stack))
                    .imageView(textures.get(n - 1).view())
                    .imageLayout(VK_IMAGE_LAYOUT_GENERAL));
      }
    }
    vkUpdateDescriptorSets(device, writes, null);
    return new long[] {layout, set};
  }

  private void copy(VkCommandBuffer commands, Drawing.Texels t, Image image, MemoryStack outer) {
    barrier(commands, image, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_GENERAL, outer);
    for (int level = 0; level < t.levels(); level++) {
      byte[] texels = t.level(level);
      Memory staging = buffer(texels, texels.length, outer);
      try (MemoryStack stack = outer.push()) {
        boolean volume = t.view() == Drawing.View.D3;
        VkBufferImageCopy.Buffer copy = VkBufferImageCopy.calloc(1, stack);
        copy.get(0).imageSubresource().set(image.aspect(), level, 0, volume ? 1 : t.depth());
        copy.get(0).imageExtent().set(t.width(level), t.height(level), volume ? t.depth(level) : 1);
        vkCmdCopyBufferToImage(
            commands, staging.buffer(), image.handle(), VK_IMAGE_LAYOUT_GENERAL, copy);
      }
    }
    barrier(commands, image, VK_IMAGE_LAYOUT_GENERAL, VK_IMAGE_LAYOUT_GENERAL, outer);
  }

  private List<byte[]> draw(Drawing d, MemoryStack stack) {
    int size = Drawing.SIZE;
    int moves = VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT;
    List<Image> textures = new ArrayList<>();
    for (Drawing.Texels t : d.textures) {
      textures.add(
          image(
              format(t.compare() ? "D32_SFLOAT" : t.format()),
              t.view(),
              new int[] {t.width(), t.height(), t.depth()},
              t.levels(),
              VK_IMAGE_USAGE_SAMPLED_BIT | moves,
              t.compare() ? VK_IMAGE_ASPECT_DEPTH_BIT : VK_IMAGE_ASPECT_COLOR_BIT,
              stack));
    }
    List<Image> targets = new ArrayList<>();
    for (String format : d.targets) {
      targets.add(
          image(
              format(format),
              Drawing.View.D2,
              new int[] {size, size, 1},
              1,
              VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | moves,
              VK_IMAGE_ASPECT_COLOR_BIT,
              stack));
    }
    long[] layoutAndSet = descriptors(d, textures, stack);
    long pipeline = pipeline(d, layoutAndSet[0], stack);
    PointerBuffer pointer = stack.mallocPointer(1);
    check(
        vkAllocateCommandBuffers(
            device,
            VkCommandBufferAllocateInfo.calloc(stack)
                .sType$Default()
                .commandPool(pool)
                .commandBufferCount(1),
            pointer));
    VkCommandBuffer commands = new VkCommandBuffer(pointer.get(0), device);
    undo.push(() -> vkFreeCommandBuffers(device, pool, commands));
    check(vkBeginCommandBuffer(commands, VkCommandBufferBeginInfo.calloc(stack).sType$Default()));
    for (int n = 0; n < textures.size(); n++) {
      copy(commands, d.textures.get(n), textures.get(n), stack);
    }
    VkRenderingAttachmentInfo.Buffer colors =
        VkRenderingAttachmentInfo.calloc(targets.size(), stack);
    for (int n = 0; n < targets.size(); n++) {
      barrier(commands, targets.get(n), VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_GENERAL, stack);
      colors
          .get(n)
          .sType$Default()
          .imageView(targets.get(n).view())
          .imageLayout(VK_IMAGE_LAYOUT_GENERAL)
          .loadOp(VK_ATTACHMENT_LOAD_OP_CLEAR)
          .storeOp(VK_ATTACHMENT_STORE_OP_STORE);
      clear(colors.get(n).clearValue(), d.targets.get(n), d.clear);
    }
    VkRenderingInfo rendering =
        VkRenderingInfo.calloc(stack).sType$Default().layerCount(1).pColorAttachments(colors);
    rendering.renderArea().extent().set(size, size);
    if (d.depth != null) {
      boolean depth = d.depth.format().hasDepth();
      boolean stencil = d.depth.format().hasStencil();
      Image deep =
          image(
              format(d.depth.format().name()),
              Drawing.View.D2,
              new int[] {size, size, 1},
              1,
              VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT,
              (depth ? VK_IMAGE_ASPECT_DEPTH_BIT : 0) | (stencil ? VK_IMAGE_ASPECT_STENCIL_BIT : 0),
              stack);
      barrier(commands, deep, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_GENERAL, stack);
      VkRenderingAttachmentInfo info =
          VkRenderingAttachmentInfo.calloc(stack)
              .sType$Default()
              .imageView(deep.view())
              .imageLayout(VK_IMAGE_LAYOUT_GENERAL)
              .loadOp(VK_ATTACHMENT_LOAD_OP_CLEAR)
              .storeOp(VK_ATTACHMENT_STORE_OP_STORE);
      info.clearValue().depthStencil().set(d.clearDepth, d.clearStencil);
      if (depth) {
        rendering.pDepthAttachment(info);
      }
      if (stencil) {
        rendering.pStencilAttachment(info);
      }
    }
    vkCmdBeginRendering(commands, rendering);
    vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, pipeline);
    vkCmdBindDescriptorSets(
        commands,
        VK_PIPELINE_BIND_POINT_GRAPHICS,
        layoutAndSet[0],
        0,
        stack.longs(layoutAndSet[1]),
        null);
    for (int n = 0; n < d.vertices.size(); n++) {
      float[] values = d.vertices.get(n).values();
      Memory vertices = buffer(bytes(values), 4L * values.length, stack);
      vkCmdBindVertexBuffers(commands, n, stack.longs(vertices.buffer()), stack.longs(0));
    }
    if (d.indices == null) {
      vkCmdDraw(commands, d.count, d.instances, d.first, d.firstInstance);
    } else {
      int[] words = OwnPainter.packed(d);
      Memory indices = buffer(bytes(words), 4L * words.length, stack);
      vkCmdBindIndexBuffer(
          commands,
          indices.buffer(),
          0,
          d.shortIndices ? VK_INDEX_TYPE_UINT16 : VK_INDEX_TYPE_UINT32);
      vkCmdDrawIndexed(commands, d.count, d.instances, d.first, d.baseVertex, d.firstInstance);
    }
    vkCmdEndRendering(commands);
    List<Memory> results = new ArrayList<>();
    for (int n = 0; n < targets.size(); n++) {
      barrier(commands, targets.get(n), VK_IMAGE_LAYOUT_GENERAL, VK_IMAGE_LAYOUT_GENERAL, stack);
      int texel = dev.zhulong.firmware.texel.TexelFormat.of(d.targets.get(n)).bytes();
      Memory result = buffer(null, (long) size * size * texel, stack);
      VkBufferImageCopy.Buffer copy = VkBufferImageCopy.calloc(1, stack);
      copy.get(0).imageSubresource().set(VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1);
      copy.get(0).imageExtent().set(size, size, 1);
      vkCmdCopyImageToBuffer(
          commands, targets.get(n).handle(), VK_IMAGE_LAYOUT_GENERAL, result.buffer(), copy);
      results.add(result);
    }
    check(vkEndCommandBuffer(commands));
    check(
        vkQueueSubmit(
            queue,
            VkSubmitInfo.calloc(1, stack).sType$Default().pCommandBuffers(stack.pointers(commands)),
            VK_NULL_HANDLE));
    check(vkQueueWaitIdle(queue));
    List<byte[]> made = new ArrayList<>();
    for (Memory result : results) {
      check(vkMapMemory(device, result.memory(), 0, result.size(), 0, pointer));
      byte[] texels = new byte[(int) result.size()];
      MemoryUtil.memByteBuffer(pointer.get(0), texels.length).get(texels);
      vkUnmapMemory(device, result.memory());
      made.add(texels);
    }
    return made;
  }

  @Override
  public void close() {
    vkDestroyCommandPool(device, pool, null);
    vkDestroyDevice(device, null);
    vkDestroyInstance(instance, null);
  }
}
