import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs the main methods of many tools one after the other in one Java machine. Standard input has a line of JSON for each,
 * {main, args, input, seconds}, and the answer is a line {code, stdout, stderr}. The jars given as arguments are loaded anew for
 * each run, since a tool may keep what it counted in a static field; they must not be on the class path.
 */
public class ToolRunner {
    /** Thrown where a tool would end the process. */
    private static class Exited extends Error {
        Exited() {
            super(null, null, false, false);
        }
    }

    private static final AtomicReference<Integer> exitCode = new AtomicReference<>();
    private static ByteArrayOutputStream out, err;
    private static byte[] outAtExit, errAtExit;
    private static final List<Runnable> hooks = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        URL[] jars = new URL[args.length];
        for (int i = 0; i < args.length; i++) jars[i] = Path.of(args[i]).toUri().toURL();
        Exit.Procedure exit = (code, message) -> {
            if (exitCode.compareAndSet(null, code)) {
                outAtExit = out.toByteArray();
                errAtExit = err.toByteArray();
            }
            throw new Exited();
        };
        Exit.setExitProcedure(exit);
        Exit.setHaltProcedure(exit);
        Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
        ObjectMapper json = new ObjectMapper();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            answers.println(json.writeValueAsString(run(json.readTree(line), jars)));
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static Map<String, Object> run(JsonNode command, URL[] jars) throws Exception {
        out = new ByteArrayOutputStream();
        err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        System.setIn(new ByteArrayInputStream(command.get("input").asText().getBytes(StandardCharsets.UTF_8)));
        String[] args = new String[command.get("args").size()];
        for (int i = 0; i < args.length; i++) args[i] = command.get("args").get(i).asText();
        exitCode.set(null);
        hooks.clear();
        int code;
        try (URLClassLoader loader = new URLClassLoader(jars, ToolRunner.class.getClassLoader())) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread thread = new Thread(() -> runMain(loader, command.get("main").asText(), args, thrown), "main");
            thread.setContextClassLoader(loader);
            thread.setDaemon(true);
            thread.start();
            thread.join(command.get("seconds").asLong() * 1000);
            if (thread.isAlive()) {
                code = 124;
                thread.interrupt();
            } else {
                if (exitCode.get() != null) forgetWhatFollowedExit();
                for (Runnable hook : List.copyOf(hooks)) runHook(hook);
                if (exitCode.get() == null && thrown.get() != null) {
                    System.err.print("Exception in thread \"main\" ");
                    thrown.get().printStackTrace();
                }
                code = exitCode.get() != null ? exitCode.get() : thrown.get() != null ? 1 : 0;
            }
        }
        forgetBeans();
        System.out.flush();
        System.err.flush();
        return Map.of("code", code, "stdout", out.toString(StandardCharsets.UTF_8), "stderr", err.toString(StandardCharsets.UTF_8));
    }

    private static void runMain(ClassLoader loader, String main, String[] args, AtomicReference<Throwable> thrown) {
        try {
            loader.loadClass(main).getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (InvocationTargetException error) {
            if (!(error.getCause() instanceof Exited)) thrown.set(error.getCause());
        } catch (ReflectiveOperationException error) {
            thrown.set(error);
        }
    }

    /** The exit unwinds the tool's frames, which lets it close its clients; but a tool that catches everything reports it as an error. */
    private static void forgetWhatFollowedExit() throws Exception {
        out.reset();
        out.write(outAtExit);
        err.reset();
        err.write(errAtExit);
    }

    private static void runHook(Runnable hook) {
        try {
            hook.run();
        } catch (Exited end) {
            // As far as it would have come.
        }
    }

    /** A client that was not closed leaves its name behind, and the next one would warn about it. */
    private static void forgetBeans() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : server.queryNames(new ObjectName("kafka.*:*"), null)) server.unregisterMBean(name);
    }
}
