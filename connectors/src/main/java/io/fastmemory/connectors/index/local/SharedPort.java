package io.fastmemory.connectors.index.local;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets gRPC and HTTP/1.1 share one port. The first three bytes of a connection decide: the HTTP/2 preface hands it to
 * gRPC for good, anything else to the HTTP data plane, so that no later byte passes through this class.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-3.4">HTTP/2 connection preface</a>
 */
final class SharedPort implements ProtocolNegotiator {
    private static final AsciiString PREFACE = AsciiString.cached("PRI");

    private final ProtocolNegotiator grpc = InternalProtocolNegotiators.serverPlaintext();
    private final HttpDataPlane http;
    private final int maxRequestBytes;

    SharedPort(HttpDataPlane http, int maxRequestBytes) {
        this.http = http;
        this.maxRequestBytes = maxRequestBytes;
    }

    @Override
    public AsciiString scheme() {
        return grpc.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler connection) {
        return new Choice(grpc.newHandler(connection));
    }

    @Override
    public void close() {
        grpc.close();
    }

    /** Waits for the first bytes, puts the handlers of the protocol in its place and passes the bytes on to them. */
    private final class Choice extends ByteToMessageDecoder {
        private final ChannelHandler grpcHandler;
        /** What gRPC's own negotiation starts with. */
        private @Nullable ProtocolNegotiationEvent start;

        Choice(ChannelHandler grpcHandler) {
            this.grpcHandler = grpcHandler;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
            if (event instanceof ProtocolNegotiationEvent) {
                start = (ProtocolNegotiationEvent) event;
            } else {
                super.userEventTriggered(ctx, event);
            }
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            ChannelPipeline pipeline = ctx.pipeline();
            if (!startsLikePreface(in)) {
                pipeline.addAfter(ctx.name(), null, http.newConnection());
                pipeline.addAfter(ctx.name(), null, new HttpObjectAggregator(maxRequestBytes));
                pipeline.addAfter(ctx.name(), null, new HttpServerCodec());
                pipeline.remove(this);
            } else if (in.readableBytes() >= PREFACE.length() && start != null) {
                pipeline.addAfter(ctx.name(), null, grpcHandler);
                ctx.fireUserEventTriggered(start);
                pipeline.remove(this);
            }
        }

        private boolean startsLikePreface(ByteBuf in) {
            for (int i = 0; i < Math.min(in.readableBytes(), PREFACE.length()); i++) {
                if (in.getByte(in.readerIndex() + i) != PREFACE.byteAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
