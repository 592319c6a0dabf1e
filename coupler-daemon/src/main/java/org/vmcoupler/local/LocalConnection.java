/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.handler.codec.TooLongFrameException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/**
 * One local client: reads its one request on the event loop, has it worked on, writes the answer, closes. It reads on meanwhile, as only a
 * read tells that the client has left: its place is free at once, while its request is worked on to the end.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection, which closes the channel
final class LocalConnection extends SimpleChannelInboundHandler<ByteBuf> {

    /** How long a request may take to arrive, seconds. */
    static final int REQUEST_DEADLINE_S = 10;

    private static final Logger LOG = LoggerFactory.getLogger(LocalConnection.class);

    private final EpollDomainSocketChannel channel;
    private final LocalService service;
    private final Executor workers;
    private boolean asked;

    LocalConnection(EpollDomainSocketChannel channel, LocalService service, Executor workers) {
        this.channel = channel;
        this.service = service;
        this.workers = workers;
    }

    /** Writes a last line and closes, unless the client has left; any thread. */
    static void last(Channel channel, String line) {
        if (channel.isActive()) {
            channel.writeAndFlush(bytes(channel, line)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.executor()
                .schedule(
                        () -> {
                            if (!asked) {
                                refuse(ErrorCode.PROTOCOL, "No request came within " + REQUEST_DEADLINE_S + " s.");
                            }
                        },
                        REQUEST_DEADLINE_S,
                        TimeUnit.SECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
        if (asked) {
            context.close(); // one request a connection; who sends more does not speak our protocol
            return;
        }
        asked = true;
        try {
            LocalRequest request = LocalProtocol.readRequest(text(line));
            LOG.info("local request {} from {}", request, caller());
            workers.execute(() -> work(request));
        } catch (Refusal e) {
            LOG.warn("local request refused, from {}: {}", caller(), e.getMessage());
            refuse(e.code(), String.valueOf(e.getMessage()));
        } catch (RejectedExecutionException e) {
            refuse(ErrorCode.BUSY, "The daemon works on too many requests; try again soon.");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof TooLongFrameException && !asked) {
            asked = true;
            LOG.warn("local request over {} bytes, from {}", LocalProtocol.MAX_REQUEST_BYTES, caller());
            refuse(ErrorCode.PROTOCOL, "The request is longer than " + LocalProtocol.MAX_REQUEST_BYTES + " bytes.");
        } else {
            LOG.debug("local connection broke", cause);
            context.close();
        }
    }

    private void work(LocalRequest request) {
        try {
            last(channel, LocalProtocol.result(answer(request)));
        } catch (Refusal e) {
            LOG.info("local request {} refused: {} {}", request, e.code(), e.getMessage());
            refuse(e.code(), String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            LOG.error("local request {} failed", request, e);
            refuse(
                    ErrorCode.INTERNAL,
                    "The daemon failed on this request; its log says more (journalctl -u vmcoupler).");
        }
    }

    private Record answer(LocalRequest request) {
        if (request instanceof LocalRequest.Couple couple) {
            return service.couple(couple);
        } else if (request instanceof LocalRequest.Uncouple uncouple) {
            return service.uncouple(uncouple);
        } else if (request instanceof LocalRequest.Start start) {
            return service.start(start);
        } else if (request instanceof LocalRequest.Stop stop) {
            return service.stop(stop);
        } else if (request instanceof LocalRequest.Restart restart) {
            return service.restart(restart);
        } else if (request instanceof LocalRequest.Pairs) {
            return new PairList(service.pairs());
        } else if (request instanceof LocalRequest.Migrate migrate) {
            return service.migrate(migrate, this::progress);
        } else if (request instanceof LocalRequest.Status status) {
            return service.status(status);
        } else if (request instanceof LocalRequest.Cancel cancel) {
            return service.cancel(cancel);
        } else if (request instanceof LocalRequest.Bandwidth bandwidth) {
            return service.bandwidth(bandwidth);
        } else if (request instanceof LocalRequest.Report report) {
            return service.report(report);
        }
        throw new IllegalStateException("request without an answer: " + request);
    }

    /** Any thread. Nothing is queued for a client that reads slowly or has left. */
    private void progress(MigrationProgress progress) {
        if (channel.isActive() && channel.isWritable()) {
            channel.writeAndFlush(bytes(channel, LocalProtocol.progress(progress)));
        }
    }

    private void refuse(ErrorCode code, String message) {
        last(channel, LocalProtocol.error(code, message));
    }

    private String caller() {
        try {
            PeerCredentials peer = channel.peerCredentials();
            return "pid=" + peer.pid() + " uid=" + peer.uid() + " gid=" + Arrays.toString(peer.gids());
        } catch (IOException e) {
            return "a client that has left";
        }
    }

    private static String text(ByteBuf line) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(ByteBufUtil.getBytes(line)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Refusal(ErrorCode.PROTOCOL, "The request cannot be read: not UTF-8.", e);
        }
    }

    private static ByteBuf bytes(Channel channel, String line) {
        return ByteBufUtil.writeUtf8(channel.alloc(), line + "\n");
    }
}
