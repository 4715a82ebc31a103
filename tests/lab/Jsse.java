import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Java's TLS stack as the switch's: address, name, protocol; key and trust stores are system properties. */
class Jsse {
    public static void main(String[] arguments) throws Exception {
        String address = arguments[0], name = arguments[1], body = "{}";
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        try (SSLSocket socket = (SSLSocket) factory.createSocket(new Socket(address, 443), name, 443, true)) {
            socket.setEnabledProtocols(new String[] {arguments[2]});
            socket.startHandshake();
            String request = "POST /licservice/license HTTP/1.1\r\nHost: " + name + "\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[4096];
            int size = socket.getInputStream().read(answer);
            System.out.println(size < 0 ? "http closed" : new String(answer, 0, size, StandardCharsets.US_ASCII));
        } catch (IOException error) {
            System.out.println(error);
        }
    }
}
