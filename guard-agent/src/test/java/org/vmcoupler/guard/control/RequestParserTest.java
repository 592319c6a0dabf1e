/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {

    private static final String NONCE = "00112233445566778899aabbccddeeff";
    private static final String REMAP =
            "{\"v\":1,\"mid\":\"m-1\",\"seq\":7,\"op\":\"remap\",\"domid\":12,\"pages\":32768,"
                    + "\"challenge\":{\"nonce\":\"" + NONCE
                    + "\",\"gfns\":[1, 2,3],\"plantedGfn\":1044476,\"plantedOffset\":2100}}";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void readsEveryOperation() throws Exception {
        Challenge challenge = new Challenge(NONCE, List.of(1L, 2L, 3L), 1044476, 2100);
        assertEquals(
                new Request.Remap(new RequestId("m-1", 7), 12, 32768, false, challenge),
                RequestParser.parse(bytes(REMAP)));
        assertEquals(
                new Request.Remap(new RequestId("m-1", 7), 12, 32768, true, challenge),
                RequestParser.parse(bytes(REMAP.replace("\"pages\"", "\"anew\":true,\"pages\""))));
        assertEquals(
                new Request.Watch(new RequestId("m-1", 7), 32768, false, challenge),
                RequestParser.parse(bytes(REMAP.replace("remap", "watch"))));
        assertEquals(
                new Request.Watch(new RequestId("m-1", 7), 32768, true, challenge),
                RequestParser.parse(
                        bytes(REMAP.replace("remap", "watch").replace("\"pages\"", "\"parked\":true,\"pages\""))));
        String plain = "{\"v\":1,\"mid\":\"p\",\"seq\":0,\"op\":\"status\",\"new\":[true,{\"x\":-1}]}";
        assertEquals(new Request.Status(new RequestId("p", 0)), RequestParser.parse(bytes(plain)));
        assertEquals(
                new Request.Quiesce(new RequestId("p", 0), Optional.empty()),
                RequestParser.parse(bytes(plain.replace("status", "quiesce"))));
        assertEquals(
                new Request.Prepare(new RequestId("p", 0), NONCE),
                RequestParser.parse(
                        bytes(plain.replace("status", "prepare").replace("}]}", "}],\"nonce\":\"" + NONCE + "\"}"))));
    }

    @Test
    void noPlantedValueNeedsNoOffset() throws Exception {
        String text = REMAP.replace("1044476,\"plantedOffset\":2100", "-1");
        Request.Remap remap = (Request.Remap) RequestParser.parse(bytes(text));
        assertEquals(-1, remap.challenge().plantedGfn());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[]",
                "null",
                "{}",
                "{}{}",
                "{\"v\"}",
                "{\"v\":}",
                "{\"v\":1,}",
                "{\"v\":01}",
                "{\"v\":1.0}",
                "{\"v\":1e3}",
                "{\"v\":--1}",
                "{\"v\":-}",
                "{\"v\":99999999999999999999}",
                "{\"v\":9223372036854775808}",
                "{\"v\":1,\"v\":1}",
                "{\"a\":\"\\u0041\"}",
                "{\"a\":\"\u0001\"}",
                "{\"a\":\"\u00e9\"}",
                "{\"a\":tru}",
                "{\"a\":[[[[1]]]]}",
                "{\"a\":{\"b\":{\"c\":{\"d\":1}}}}",
                "{\"a\":[1,]}",
                "{\"a\":\"x"
            })
    void refusesWhatIsNotTheAllowedJson(String text) {
        assertThrows(ProtocolException.class, () -> RequestParser.parse(bytes(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"v\":1>\"v\":2",
                "\"v\":1>\"v\":\"1\"",
                "remap>explode",
                "remap>REMAP",
                "\"seq\":7>\"seq\":-1",
                "\"domid\":12>\"domid\":0",
                "\"domid\":12>\"domid\":32752",
                "32768>0",
                "32768>268435457",
                "m-1>m 1",
                "m-1>",
                "ccddeeff>ccddeef",
                "ccddeeff>ccddeefg",
                "[1, 2,3]>[1,-2]",
                "[1, 2,3]>[true]",
                "[1, 2,3]>7",
                "1044476>-2",
                "1044476>1099511627776",
                "2100>4081",
                "2100>-1",
                "\"pages\">\"page\""
            })
    void refusesWhatIsOutOfRange(String change) throws Exception {
        String[] parts = change.split(">", -1);
        String text = REMAP.replace(parts[0], parts[1]);
        assertThrows(ProtocolException.class, () -> RequestParser.parse(bytes(text)));
    }

    @Test
    void limitsLengthAndNumberOfFrames() throws Exception {
        String gfns = "1" + ",1".repeat(63);
        RequestParser.parse(bytes(REMAP.replace("1, 2,3", gfns)));
        assertThrows(ProtocolException.class, () -> RequestParser.parse(bytes(REMAP.replace("1, 2,3", gfns + ",1"))));
        RequestParser.parse(bytes(REMAP + " ".repeat(1900 - REMAP.length())));
        assertThrows(
                ProtocolException.class, () -> RequestParser.parse(bytes(REMAP + " ".repeat(1901 - REMAP.length()))));
    }

    @Test
    void damagedTextIsRefusedOrReadButNothingElse() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] text = bytes(REMAP);
            for (int j = random.nextInt(1, 4); j > 0; j--) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
            }
            try {
                RequestParser.parse(text);
            } catch (ProtocolException e) {
                assertTrue(String.valueOf(e.getMessage()).length() < 200);
            }
        }
    }

    @Test
    void aReplyIsOneLineOfAscii() throws Exception {
        Request request = RequestParser.parse(bytes(REMAP));
        String text = new String(
                Reply.done(request)
                        .with("counter", -1)
                        .with("comm", "a\"b\\c\u00e9\n")
                        .bytes(),
                StandardCharsets.US_ASCII);
        assertEquals(
                "{\"v\":1,\"mid\":\"m-1\",\"seq\":7,\"op\":\"remap\",\"ok\":true,\"counter\":-1,\"comm\":\"a\\\"b\\\\c??\"}",
                text);
        Failure failure = new Failure(Failure.Code.FOREIGN_MAPPING, "x".repeat(5000), 77, "y".repeat(5000));
        assertTrue(Reply.failed(request.id(), "quiesce", failure).bytes().length <= Request.TEXT_LIMIT_BYTES);
        RequestId longest = new RequestId("m".repeat(64), Long.MAX_VALUE);
        String escaped = "\"".repeat(5000);
        byte[] worst = Reply.failed(
                        longest, "quiesce", new Failure(Failure.Code.FOREIGN_MAPPING, escaped, 4_194_304, escaped))
                .with("state", "quiesced")
                .with("domid", 32_751)
                .with("agent", escaped)
                .bytes();
        assertTrue(worst.length <= Request.TEXT_LIMIT_BYTES, () -> worst.length + " bytes");
    }

    @Test
    void aRequestIsDoneOncePerMid() {
        RequestId last = new RequestId("a", 5);
        assertTrue(new RequestId("a", 5).isDoneAfter(last));
        assertTrue(new RequestId("a", 4).isDoneAfter(last));
        assertTrue(!new RequestId("a", 6).isDoneAfter(last));
        assertTrue(!new RequestId("b", 1).isDoneAfter(last));
    }
}
