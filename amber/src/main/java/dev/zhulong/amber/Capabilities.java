package dev.zhulong.amber;

import java.util.Set;

/** Which features and extensions the device and the compiler have, by their names in scripts. */
final class Capabilities {
  private static final Set<String> FEATURES =
      Set.of(
          "SubgroupSupportedOperations.basic",
          "SubgroupSupportedOperations.vote",
          "SubgroupSupportedOperations.arithmetic",
          "SubgroupSupportedOperations.ballot",
          "SubgroupSupportedOperations.shuffle",
          "SubgroupSupportedOperations.shuffleRelative",
          "SubgroupSupportedOperations.clustered",
          "SubgroupSupportedOperations.quad",
          "SubgroupSupportedOperations.rotate",
          "SubgroupSupportedOperations.rotateClustered",
          "SubgroupSupportedStages.compute",
          "SubgroupSizeControl.subgroupSizeControl",
          "SubgroupSizeControl.computeFullSubgroups",
          "VariablePointerFeatures.variablePointers",
          "VariablePointerFeatures.variablePointersStorageBuffer",
          "BufferDeviceAddressFeatures.bufferDeviceAddress",
          "robustBufferAccess",
          "shaderInt16",
          "shaderImageGatherExtended",
          "shaderStorageImageExtendedFormats",
          "shaderStorageImageReadWithoutFormat",
          "shaderStorageImageWriteWithoutFormat",
          "shaderUniformBufferArrayDynamicIndexing",
          "shaderStorageBufferArrayDynamicIndexing",
          "shaderSampledImageArrayDynamicIndexing",
          "shaderStorageImageArrayDynamicIndexing",
          "imageCubeArray",
          "shaderInt64",
          "shaderResourceMinLod",
          "ShaderClockFeatures.shaderSubgroupClock",
          "ShaderClockFeatures.shaderDeviceClock",
          "DescriptorIndexingFeatures.runtimeDescriptorArray",
          "DescriptorIndexingFeatures.descriptorBindingVariableDescriptorCount",
          "DescriptorIndexingFeatures.descriptorBindingPartiallyBound",
          "DescriptorIndexingFeatures.shaderUniformBufferArrayNonUniformIndexing",
          "DescriptorIndexingFeatures.shaderStorageBufferArrayNonUniformIndexing",
          "DescriptorIndexingFeatures.shaderSampledImageArrayNonUniformIndexing",
          "DescriptorIndexingFeatures.shaderStorageImageArrayNonUniformIndexing",
          "DescriptorIndexingFeatures.shaderUniformTexelBufferArrayNonUniformIndexing",
          "DescriptorIndexingFeatures.shaderStorageTexelBufferArrayNonUniformIndexing",
          "DescriptorIndexingFeatures.shaderUniformTexelBufferArrayDynamicIndexing",
          "DescriptorIndexingFeatures.shaderStorageTexelBufferArrayDynamicIndexing",
          "Float16Int8Features.shaderFloat16",
          "Float16Int8Features.shaderInt8",
          "Storage8BitFeatures.storageBuffer8BitAccess",
          "Storage8BitFeatures.uniformAndStorageBuffer8BitAccess",
          "Storage8BitFeatures.storagePushConstant8",
          "Storage16BitFeatures.storageBuffer16BitAccess",
          "Storage16BitFeatures.uniformAndStorageBuffer16BitAccess",
          "Storage16BitFeatures.storagePushConstant16",
          "ShaderSubgroupExtendedTypesFeatures.shaderSubgroupExtendedTypes",
          "FloatControlsProperties.shaderSignedZeroInfNanPreserveFloat16",
          "FloatControlsProperties.shaderDenormPreserveFloat16",
          "FloatControlsProperties.shaderRoundingModeRTEFloat16",
          "VulkanMemoryModelFeatures.vulkanMemoryModel",
          "VulkanMemoryModelFeatures.vulkanMemoryModelDeviceScope",
          "ZeroInitializeWorkgroupMemoryFeatures.shaderZeroInitializeWorkgroupMemory",
          "FloatControlsProperties.shaderSignedZeroInfNanPreserveFloat32",
          "FloatControlsProperties.shaderDenormPreserveFloat32",
          "FloatControlsProperties.shaderRoundingModeRTEFloat32");

  private static final Set<String> EXTENSIONS =
      Set.of(
          "VK_KHR_get_physical_device_properties2",
          "VK_KHR_storage_buffer_storage_class",
          "VK_KHR_relaxed_block_layout",
          "VK_KHR_uniform_buffer_standard_layout",
          "VK_EXT_scalar_block_layout",
          "VK_EXT_shader_atomic_float",
          "VK_EXT_shader_atomic_float2",
          "VK_EXT_subgroup_size_control",
          "VK_EXT_shader_subgroup_ballot",
          "VK_EXT_shader_subgroup_vote",
          "VK_KHR_8bit_storage",
          "VK_KHR_16bit_storage",
          "VK_KHR_shader_float16_int8",
          "VK_AMD_gpu_shader_half_float",
          "VK_AMD_gpu_shader_int16",
          "VK_KHR_shader_clock",
          "VK_KHR_shader_subgroup_rotate",
          "VK_KHR_bind_memory2",
          "VK_KHR_dedicated_allocation",
          "VK_KHR_get_memory_requirements2",
          "VK_KHR_image_format_list",
          "VK_KHR_maintenance5",
          "VK_KHR_push_descriptor",
          "VK_KHR_sampler_mirror_clamp_to_edge",
          "VK_KHR_synchronization2",
          "VK_EXT_pipeline_robustness",
          "VK_EXT_texel_buffer_alignment",
          "VK_GOOGLE_decorate_string",
          "VK_GOOGLE_hlsl_functionality1",
          "VK_GOOGLE_user_type",
          "VK_KHR_variable_pointers",
          "VK_KHR_buffer_device_address",
          "VK_EXT_descriptor_indexing",
          "VK_KHR_device_group",
          "VK_KHR_maintenance1",
          "VK_KHR_maintenance2",
          "VK_KHR_maintenance3",
          "VK_KHR_maintenance4",
          "VK_AMD_shader_trinary_minmax",
          "VK_EXT_shader_replicated_composites",
          "VK_KHR_shader_float_controls",
          "VK_KHR_shader_float_controls2",
          "VK_KHR_shader_integer_dot_product",
          "VK_KHR_shader_maximal_reconvergence",
          "VK_KHR_shader_quad_control",
          "VK_KHR_shader_relaxed_extended_instruction",
          "VK_KHR_shader_subgroup_uniform_control_flow",
          "VK_KHR_shader_expect_assume",
          "VK_KHR_shader_subgroup_extended_types",
          "VK_KHR_shader_terminate_invocation",
          "VK_KHR_vulkan_memory_model",
          "VK_KHR_workgroup_memory_explicit_layout",
          "VK_KHR_zero_initialize_workgroup_memory",
          "VK_KHR_spirv_1_4",
          "VK_KHR_shader_non_semantic_info");

  private Capabilities() {}

  /** Skips the script if the device lacks a feature. */
  static void requireFeature(String name) {
    if (!FEATURES.contains(name)) {
      throw new SkipException("the device has no feature " + name);
    }
  }

  /** Skips the script if the device lacks an extension. */
  static void requireExtension(String name) {
    if (!EXTENSIONS.contains(name)) {
      throw new SkipException("the device has no extension " + name);
    }
  }
}
