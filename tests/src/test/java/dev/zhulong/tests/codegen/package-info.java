/** Generated code against what the IR means: the back end on the functional simulator. */
package dev.zhulong.tests.codegen;
