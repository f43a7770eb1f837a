package dev.zhulong.tests;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The floors: who may use whom. */
@AnalyzeClasses(packages = "dev.zhulong", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule FLOORS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("firmware")
          .definedBy("dev.zhulong.firmware..")
          .layer("rtl")
          .definedBy("dev.zhulong.rtl..")
          .layer("hal")
          .definedBy("dev.zhulong.hal..")
          .layer("compiler")
          .definedBy("dev.zhulong.compiler..")
          .layer("simulator")
          .definedBy("dev.zhulong.simulator..")
          .layer("graphics")
          .definedBy("dev.zhulong.graphics..")
          .layer("amber")
          .definedBy("dev.zhulong.amber..")
          .layer("scene")
          .definedBy("dev.zhulong.scene..")
          .layer("precision")
          .definedBy("dev.zhulong.precision..")
          .layer("fuzz")
          .definedBy("dev.zhulong.fuzz..")
          .layer("remote")
          .definedBy("dev.zhulong.remote..")
          .layer("cli")
          .definedBy("dev.zhulong.cli..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("amber")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("graphics")
          .mayOnlyBeAccessedByLayers("amber", "fuzz", "scene", "cli")
          .whereLayer("scene")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("precision")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("fuzz")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("remote")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("simulator")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("compiler")
          .mayOnlyBeAccessedByLayers("graphics", "amber", "scene", "precision", "fuzz", "cli")
          .whereLayer("hal")
          .mayOnlyBeAccessedByLayers(
              "simulator", "graphics", "amber", "scene", "precision", "fuzz", "remote", "cli")
          .whereLayer("rtl")
          .mayOnlyBeAccessedByLayers("simulator", "cli");

  @ArchTest
  static final ArchRule NO_CIRCLES =
      slices().matching("dev.zhulong.(**)").should().beFreeOfCycles();
}
