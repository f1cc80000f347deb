import java.io.File;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Asks veraPDF whether files keep a standard: arguments are pairs such as {@code ua1 letter.pdf}, answers are lines. */
public final class Conformance {
    public static void main(String[] pairs) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        for (int n = 0; n + 1 < pairs.length; n += 2) {
            examine(PDFAFlavour.byFlavourId(pairs[n]), pairs[n], pairs[n + 1]);
        }
    }

    private static void examine(PDFAFlavour standard, String name, String path) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(path), standard);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(standard, false)) {
            ValidationResult result = validator.validate(parser);
            tell("examined", name, path, String.valueOf(result.getTotalAssertions()));
            for (String fault : list(result)) {
                tell("fault", name, path, fault);
            }
            if (!result.isCompliant()) {
                tell("fault", name, path, "does not comply");
            }
        }
    }

    private static Set<String> list(ValidationResult result) {
        Set<String> faults = new LinkedHashSet<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                String clause = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                faults.add(clause + " " + assertion.getMessage().replaceAll("\\s+", " "));
            }
        }
        return faults;
    }

    private static void tell(String... fields) {
        System.out.println(String.join("\t", fields));
    }
}
