import { CREDENTIAL_FIELDS } from '../request/log-in-credentials.js';
import { escapeXml } from './escape-xml.js';
import { AUTHORIZATION } from './namespaces.js';

const REQUEST_FIELDS = [...CREDENTIAL_FIELDS, 'service', 'groupid', 'duration'] as const;
const ANSWER_FIELDS = ['token', 'expiration', 'groupId', 'service'] as const;

/**
 * Builds the description of the operation (WSDL 1.1, document/literal). The message of the fault is
 * not named after its element: Axis 1.4 would generate stubs that do not compile.
 *
 * @param url the address of the service.
 */
export function buildWsdl(url: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<wsdl:definitions name="Authorization" targetNamespace="${AUTHORIZATION}"
    xmlns:tns="${AUTHORIZATION}" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/">
${buildTypes()}
  <wsdl:message name="AuthorizeRequest"><wsdl:part name="parameters" element="tns:Authorize"/></wsdl:message>
  <wsdl:message name="AuthorizeResponse"><wsdl:part name="parameters" element="tns:AuthorizeResponse"/></wsdl:message>
  <wsdl:message name="AuthorizationFaultMessage"><wsdl:part name="fault" element="tns:AuthorizationFault"/></wsdl:message>
  <wsdl:portType name="AuthorizationPortType">
    <wsdl:operation name="Authorize">
      <wsdl:input message="tns:AuthorizeRequest"/>
      <wsdl:output message="tns:AuthorizeResponse"/>
      <wsdl:fault name="AuthorizationFault" message="tns:AuthorizationFaultMessage"/>
    </wsdl:operation>
  </wsdl:portType>
  <wsdl:binding name="AuthorizationBinding" type="tns:AuthorizationPortType">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="Authorize">
      <soap:operation soapAction="${AUTHORIZATION}/Authorize"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
      <wsdl:fault name="AuthorizationFault"><soap:fault name="AuthorizationFault" use="literal"/></wsdl:fault>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="AuthorizationService">
    <wsdl:port name="AuthorizationPort" binding="tns:AuthorizationBinding">
      <soap:address location="${escapeXml(url)}"/>
    </wsdl:port>
  </wsdl:service>
</wsdl:definitions>
`;
}

function buildTypes(): string {
  const faultFields = [required('reason'), optional('retryAfterSeconds')];
  return `  <wsdl:types>
    <xs:schema targetNamespace="${AUTHORIZATION}" elementFormDefault="qualified">
      <xs:element name="Authorize">${describe(REQUEST_FIELDS.map(optional))}</xs:element>
      <xs:element name="AuthorizeResponse">${describe(ANSWER_FIELDS.map(required))}</xs:element>
      <xs:element name="AuthorizationFault">${describe(faultFields)}</xs:element>
    </xs:schema>
  </wsdl:types>`;
}

function describe(elements: readonly string[]): string {
  return `<xs:complexType><xs:sequence>${elements.join('')}</xs:sequence></xs:complexType>`;
}

const required = (name: string): string => `<xs:element name="${name}" type="xs:string"/>`;
const optional = (name: string): string =>
  `<xs:element name="${name}" type="xs:string" minOccurs="0"/>`;
