import _1.authorization.mandate.AuthorizationFault;
import _1.authorization.mandate.AuthorizationServiceLocator;
import java.net.URL;
import javax.xml.rpc.holders.StringHolder;

/** Calls the stubs that Axis 1.4 generates from the WSDL: Client ADDRESS USERNAME PASSWORD SERVICE GROUP */
public class Client {
  public static void main(String[] args) throws Exception {
    var port = new AuthorizationServiceLocator().getAuthorizationPort(new URL(args[0]));
    var service = new StringHolder(args[3]);
    var token = new StringHolder();
    var expiration = new StringHolder();
    var groupId = new StringHolder();
    try {
      port.authorize(
          args[1], args[2], null, null, null, null, null, service, args[4], "60", token, expiration, groupId);
      System.out.print(
          "{\"answer\":{\"token\":\"" + token.value + "\",\"expiration\":\"" + expiration.value
              + "\",\"groupId\":\"" + groupId.value + "\",\"service\":\"" + service.value + "\"}}");
    } catch (AuthorizationFault fault) {
      System.out.print(
          "{\"faultcode\":\"" + fault.getFaultCode().getLocalPart() + "\",\"detail\":{\"AuthorizationFault\":{\"reason\":\""
              + fault.getReason() + "\"}}}");
    }
  }
}
