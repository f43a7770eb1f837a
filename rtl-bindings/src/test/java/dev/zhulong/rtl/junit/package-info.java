/**
 * Models as parameters of JUnit 5 tests. JUnit is brought along by the project that has the tests.
 */
package dev.zhulong.rtl.junit;
