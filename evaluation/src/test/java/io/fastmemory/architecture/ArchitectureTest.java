package io.fastmemory.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

/** Which way the arrows point, within every module and between them; seen from the module that sees all. */
@AnalyzeClasses(packages = "io.fastmemory", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String MODEL = "io.fastmemory.model..";
    private static final String[] JAVA_AND_JSON = {"java..", "javax..", "com.fasterxml.jackson..", "org.jspecify.."};

    @ArchTest
    static final ArchRule arrowsBetweenModules = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.fastmemory..")
            .layer("model")
            .definedBy(MODEL)
            .layer("connectors")
            .definedBy("io.fastmemory.connectors..")
            .layer("job")
            .definedBy("io.fastmemory.job..")
            .layer("datagen")
            .definedBy("io.fastmemory.datagen..")
            .layer("evaluation")
            .definedBy("io.fastmemory.evaluation..")
            .whereLayer("evaluation")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("datagen")
            .mayOnlyBeAccessedByLayers("evaluation")
            .whereLayer("job")
            .mayOnlyBeAccessedByLayers("evaluation")
            .whereLayer("connectors")
            .mayOnlyBeAccessedByLayers("job", "evaluation")
            .whereLayer("model")
            .mayOnlyBeAccessedByLayers("connectors", "job", "datagen", "evaluation");

    @ArchTest
    static final ArchRule arrowsInsideTheJob = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.fastmemory.job..")
            .layer("graph")
            .definedBy("io.fastmemory.job")
            .layer("step")
            .definedBy("io.fastmemory.job.step")
            .layer("policy")
            .definedBy("io.fastmemory.job.policy")
            .layer("reader")
            .definedBy("io.fastmemory.job.reader")
            .layer("reply")
            .definedBy("io.fastmemory.job.policy.reply")
            .layer("backend")
            .definedBy("io.fastmemory.job.backend")
            .layer("source")
            .definedBy("io.fastmemory.job.source")
            .layer("memory")
            .definedBy("io.fastmemory.job.memory")
            .whereLayer("graph")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("step")
            .mayOnlyBeAccessedByLayers("graph")
            .whereLayer("policy")
            .mayOnlyBeAccessedByLayers("graph", "step")
            .whereLayer("reader")
            .mayOnlyBeAccessedByLayers("graph", "step")
            .whereLayer("reply")
            .mayOnlyBeAccessedByLayers("graph", "policy", "reader")
            .whereLayer("backend")
            .mayOnlyBeAccessedByLayers("graph", "step")
            .whereLayer("source")
            .mayOnlyBeAccessedByLayers("graph", "step", "policy", "reader")
            .whereLayer("memory")
            .mayOnlyBeAccessedByLayers("graph", "step", "policy");

    /** Within the vocabulary, verdicts judge recorded hits and a recorded query holds its verdict. */
    @ArchTest
    static final ArchRule noPackagesDependOnEachOther = slices().matching("io.fastmemory.(**)")
            .should()
            .beFreeOfCycles()
            .ignoreDependency(
                    resideInAPackage("io.fastmemory.model.scoring"), resideInAPackage("io.fastmemory.model.rollout"));

    @ArchTest
    static final ArchRule rulesOfMemoryArePure = classes()
            .that()
            .resideInAPackage("io.fastmemory.job.memory")
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage("java.lang..", "java.util..", "java.time..", "java.io", "java.nio.charset")
                            .or(resideInAnyPackage("java.security", "org.jspecify.."))
                            .or(resideInAnyPackage(MODEL, "io.fastmemory.job.memory")))
            .andShould()
            .onlyDependOnClassesThat(not(type(Clock.class)))
            .because("applying a decision again must give the same, whatever the time and the machine");

    @ArchTest
    static final ArchRule policiesAndReadersKnowNoFlink = noClasses()
            .that()
            .resideInAnyPackage("io.fastmemory.job.memory", "io.fastmemory.job.policy..", "io.fastmemory.job.reader")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.flink..");

    @ArchTest
    static final ArchRule onlyTheJobKnowsFlink = noClasses()
            .that()
            .resideInAnyPackage(MODEL, "io.fastmemory.connectors..", "io.fastmemory.datagen..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.flink..");

    @ArchTest
    static final ArchRule goldIsReadByScoringAndBoundsOnly = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.fastmemory.job.MemoryWriteJob")
            .and()
            .doNotHaveFullyQualifiedName("io.fastmemory.job.step.ScoreFunction")
            .and()
            .doNotHaveFullyQualifiedName("io.fastmemory.job.policy.OraclePolicy")
            .and()
            .doNotHaveFullyQualifiedName("io.fastmemory.job.policy.OraclePolicy$Plan")
            .and()
            .doNotHaveFullyQualifiedName("io.fastmemory.job.reader.GoldReader")
            .and()
            .resideOutsideOfPackages("io.fastmemory.job.source")
            .should()
            .dependOnClassesThat()
            .haveSimpleNameStartingWith("GoldLabels");

    @ArchTest
    static final ArchRule goldLinesAreReadForGoldLabelsAndTheEvaluationOnly = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.fastmemory.job.EventLabels")
            .and()
            .resideOutsideOfPackages("io.fastmemory.job.source")
            .should()
            .dependOnClassesThat()
            .haveSimpleName("GoldLines");

    @ArchTest
    static final ArchRule labelsReachNoPolicyReaderOrMemoryButTheOracles = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.fastmemory.job.policy..", "io.fastmemory.job.reader..", "io.fastmemory.job.memory..")
            .and()
            .doNotHaveFullyQualifiedName("io.fastmemory.job.policy.OraclePolicy")
            .and()
            .doNotHaveFullyQualifiedName("io.fastmemory.job.policy.OraclePolicy$Plan")
            .and()
            .doNotHaveFullyQualifiedName("io.fastmemory.job.reader.GoldReader")
            .should()
            .dependOnClassesThat()
            .haveSimpleNameStartingWith("Gold");

    @ArchTest
    static final ArchRule oneClockComesInFromOutside = noClasses()
            .that(not(resideInAPackage("io.fastmemory.evaluation.cli.."))
                    .and(not(name("io.fastmemory.job.MemoryWriteJob"))))
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone");

    @ArchTest
    static final ArchRule metricsAndReportsReadFilesAndTheVocabularyOnly = classes()
            .that()
            .resideInAnyPackage(
                    "io.fastmemory.evaluation.metric",
                    "io.fastmemory.evaluation.reward",
                    "io.fastmemory.evaluation.report")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(JAVA_AND_JSON)
                    .or(resideInAnyPackage(
                            MODEL,
                            "io.fastmemory.evaluation.metric",
                            "io.fastmemory.evaluation.reward",
                            "io.fastmemory.evaluation.report",
                            "org.HdrHistogram",
                            "org.slf4j"))
                    .or(resideInAPackage(""))); // arrays of primitives
}
